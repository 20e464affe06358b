// SPDX-License-Identifier: Apache-2.0
// The metadata of one line of the log.

package import Logging

/// Builds the metadata of one line; a nil value is left out.
package struct LogMetadata: Sendable {
    /// The metadata as loggers take it.
    package private(set) var values: Logger.Metadata = [:]

    /// Begins with one key.
    package init(_ key: LogKey, _ value: (some CustomStringConvertible)?) { set(key, value) }

    /// Adds or replaces one key.
    package mutating func set(_ key: LogKey, _ value: (some CustomStringConvertible)?) {
        if let value { values[key.rawValue] = .string(value.description) }
    }

    /// The same with one key more.
    package func with(_ key: LogKey, _ value: (some CustomStringConvertible)?) -> LogMetadata {
        var metadata = self
        metadata.set(key, value)
        return metadata
    }

    /// Adds the number of lines that were suppressed before this one, unless there were none.
    package func suppressing(_ count: Int?) -> LogMetadata { with(.suppressed, count.flatMap { $0 > 0 ? $0 : nil }) }

    /// Adds the socket's peer and the name of the ClientHello, which is escaped.
    package func from(peer: String?, serverName: String?) -> LogMetadata {
        with(.peer, peer).with(.serverName, serverName.map { DisplayText.escaped($0) })
    }

    /// Adds the code, the reason, the identifier and the certificate's index.
    func describing(_ failure: AuthenticationFailure) -> LogMetadata {
        with(.code, failure.code).with(.reason, failure.message).with(.identifier, failure.identifier)
            .with(.index, failure.certificateIndex)
    }

    /// Adds the names of a certificate that was judged.
    func describing(_ certificate: Certificate) -> LogMetadata {
        describing(
            subject: "\(certificate)",
            issuer: DisplayText.escaped(certificate.issuer.rfc4514),
            serialNumber: "\(certificate.serialNumber)",
            certificate.sha256Thumbprint
        )
    }

    /// Adds the names of a certificate of a refused path; nil adds nothing.
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
