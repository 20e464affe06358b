// SPDX-License-Identifier: Apache-2.0

/// Why a client was refused: a stable code, an explanation, and the paths that were tried. It contains no certificate.
public struct AuthenticationFailure: Error, Sendable, Hashable {
    /// The stable code.
    public let code: FailureCode
    /// The index of the certificate in the path, 0 for the client's own; nil if the failure concerns the whole path.
    public let certificateIndex: Int?
    /// What was found and expected, for operators, at most 2 KiB. The client's text in it is escaped and truncated. Do
    /// not show it to clients.
    public let message: String
    /// The violated rule, for example `RFC 5280 §4.1.2.5`.
    public let rule: String?
    /// The paths that were tried.
    public let trace: ValidationTrace
    /// The identifier of the decision that refused a client; nil before.
    @NotCompared package var decision: DecisionIdentifier?

    /// Whether the authenticator has logged and counted the refusal of this client.
    @NotCompared package var isReported = false

    /// A UUID that links the client's answer to the log line. Nil until a client is refused with this failure. It is
    /// ignored when failures are compared.
    public var identifier: String? { decision.map { "\($0)" } }

    package init(_ finding: Finding, trace: ValidationTrace = ValidationTrace()) {
        code = finding.code
        certificateIndex = finding.certificateIndex
        message = finding.message
        rule = finding.rule
        self.trace = trace
    }

    /// Creates a refusal by the application.
    ///
    /// - Parameters:
    ///   - code: a kebab-case word. For anything else, and for `success`, the code is `rejected-by-handler`.
    ///   - message: for operators. It is escaped and truncated to 1,024 characters.
    public init(code: FailureCode, message: String) {
        self.init(Finding(code.ofRefusal, at: nil, DisplayText.escaped(message, limit: 1024)))
    }
}

extension AuthenticationFailure {
    /// An estimate of its memory in bytes.
    package var estimatedBytes: Int { 128 + message.utf8.count + trace.estimatedBytes }

    /// The same refusal after it was logged and counted, with its identifier or a new one.
    var reported: AuthenticationFailure {
        var failure = decision == nil ? identified : self
        failure.isReported = true
        return failure
    }

    /// The same refusal with a new identifier for one client.
    package var identified: AuthenticationFailure {
        var failure = self
        failure.decision = DecisionIdentifier()
        failure.isReported = false
        return failure
    }
}

extension AuthenticationFailure: CustomStringConvertible {
    /// `expired at certificate 0: …`
    public var description: String {
        "\(code)\(certificateIndex.map { " at certificate \($0)" } ?? ""): \(message)"
    }
}

extension AuthenticationFailure {
    /// A sentence about the affected certificate that may be shown to the client.
    public var publicSentence: String {
        let reference = code.reference
        guard let certificateIndex, certificateIndex > 0 else { return reference.publicSentence }
        return reference.issuerSentence ?? reference.publicSentence
    }
}
