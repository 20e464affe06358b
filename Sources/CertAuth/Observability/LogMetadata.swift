// SPDX-License-Identifier: Apache-2.0

package import Logging

extension ConfigurationFinding {
    /// The level at which the finding is logged.
    package var logLevel: Logger.Level {
        switch severity {
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        }
    }
}

/// Builds the metadata of one log line. Nil values are omitted.
package struct LogMetadata: Sendable {
    /// The metadata for a logger.
    package private(set) var values: Logger.Metadata = [:]

    /// Creates metadata with one key.
    package init(_ key: LogKey, _ value: (some CustomStringConvertible)?) { set(key, value) }

    /// Adds or replaces one key.
    package mutating func set(_ key: LogKey, _ value: (some CustomStringConvertible)?) {
        if let value { values[key.rawValue] = .string(value.description) }
    }

    /// A copy with one more key.
    package func with(_ key: LogKey, _ value: (some CustomStringConvertible)?) -> LogMetadata {
        var metadata = self
        metadata.set(key, value)
        return metadata
    }

    /// Adds the number of lines that were suppressed before this one, unless it is zero.
    package func suppressing(_ count: Int?) -> LogMetadata { with(.suppressed, count.flatMap { $0 > 0 ? $0 : nil }) }

    /// Adds the client's address, the load balancer that stated it, and the server name of the ClientHello. The server
    /// name is escaped.
    package func from(peer: String?, via loadBalancer: String? = nil, serverName: String?) -> LogMetadata {
        with(.peer, peer).with(.loadBalancer, loadBalancer)
            .with(.serverName, serverName.map { DisplayText.escaped($0) })
    }

    /// Adds the code, the reason, the identifier and the index of the certificate.
    package func describing(_ failure: AuthenticationFailure) -> LogMetadata {
        with(.code, failure.code).with(.reason, failure.message).with(.identifier, failure.decision)
            .with(.index, failure.certificateIndex)
    }

    /// Adds the names of a validated certificate.
    func describing(_ certificate: Certificate) -> LogMetadata {
        describing(
            subject: "\(certificate)",
            issuer: DisplayText.escaped(certificate.issuer.rfc4514),
            serialNumber: "\(certificate.serialNumber)",
            certificate.sha256Thumbprint
        )
    }

    /// Adds the code and the explanation that a hook replaced; nil adds nothing.
    func replacing(_ original: AuthenticationFailure?) -> LogMetadata {
        with(.insteadOf, original?.code).with(.insteadOfReason, original?.message)
    }

    /// Adds the names of a certificate on a refused path; nil adds nothing.
    func describing(_ certificate: TracedCertificate?) -> LogMetadata {
        guard let certificate else { return self }
        return describing(
            subject: certificate.subject,
            issuer: certificate.issuer,
            serialNumber: certificate.serialNumber,
            certificate.sha256Thumbprint
        )
    }

    private func describing(
        subject: String,
        issuer: String,
        serialNumber: String,
        _ digest: Thumbprint
    ) -> LogMetadata {
        with(.subject, subject).with(.issuer, issuer).with(.serialNumber, serialNumber).with(.sha256, digest)
    }
}
