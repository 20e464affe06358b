// SPDX-License-Identifier: Apache-2.0
// A refusal as a value.

/// Why a client was refused: a stable code, what explains it, and values of what was tried; no certificate.
public struct AuthenticationFailure: Error, Sendable, Hashable {
    /// The stable word.
    public let code: FailureCode
    /// Which certificate of the path, 0 for the client's own; nil when it concerns the whole.
    public let certificateIndex: Int?
    /// For operators: found and expected, at most 2 KiB. Text of the peer in it is escaped and capped; don't show it to clients.
    public let message: String
    /// The rule that is broken, for instance `RFC 5280 §4.1.2.5`.
    public let rule: String?
    /// The paths that were tried.
    public let trace: ValidationTrace
    /// Ties the answer a client gets to the line in the log; nil until a client is refused with it. Not compared.
    public package(set) var identifier: DecisionIdentifier?

    package init(_ finding: Finding, trace: ValidationTrace = ValidationTrace()) {
        code = finding.code
        certificateIndex = finding.certificateIndex
        message = finding.message
        rule = finding.rule
        self.trace = trace
    }

    /// Makes a refusal of the application's own.
    ///
    /// - Parameters:
    ///   - code: a kebab-case word; the failure has `rejected-by-handler` for anything else, and for `success`.
    ///   - message: for operators; escaped and capped at 1,024 characters.
    public init(code: FailureCode, message: String) {
        self.init(Finding(code.ofRefusal, at: nil, DisplayText.escaped(message, limit: 1024)))
    }
}

extension AuthenticationFailure {
    /// About how much memory it takes, in bytes.
    package var estimatedBytes: Int { 128 + message.utf8.count + trace.estimatedBytes }

    /// The same refusal, named for one client.
    package var identified: AuthenticationFailure {
        var failure = self
        failure.identifier = DecisionIdentifier()
        return failure
    }

    /// Equal in everything but the identifier.
    public static func == (left: AuthenticationFailure, right: AuthenticationFailure) -> Bool {
        left.code == right.code && left.certificateIndex == right.certificateIndex && left.message == right.message
            && left.rule == right.rule && left.trace == right.trace
    }

    /// Hashes what explains the refusal.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(code)
        hasher.combine(certificateIndex)
        hasher.combine(message)
    }
}

extension AuthenticationFailure: CustomStringConvertible {
    /// `expired at certificate 0: …`
    public var description: String {
        "\(code)\(certificateIndex.map { " at certificate \($0)" } ?? ""): \(message)"
    }
}

extension AuthenticationFailure {
    /// A sentence that may be shown to the client, about the certificate that the failure is about.
    public var publicSentence: String {
        let reference = code.reference
        guard let certificateIndex, certificateIndex > 0 else { return reference.publicSentence }
        return reference.issuerSentence ?? reference.publicSentence
    }
}
