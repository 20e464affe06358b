// SPDX-License-Identifier: Apache-2.0

/// The metadata keys of CertAuth's log lines. `Docs/Observability.md` explains them.
package enum LogKey: String, Sendable, CaseIterable {
    /// The failure code.
    case code = "certauth.code"
    /// The explanation for operators.
    case reason = "certauth.reason"
    /// The identifier of the decision. The client's answer contains it too.
    case identifier = "certauth.id"
    /// The index of the certificate that a refusal is about; 0 is the client's.
    case index = "certauth.index"
    case subject = "certauth.subject"
    case issuer = "certauth.issuer"
    case serialNumber = "certauth.serial"
    case sha256 = "certauth.sha256"
    case notAfter = "certauth.not_after"
    case peer = "certauth.peer"
    /// The load balancer that stated the address of the peer.
    case loadBalancer = "certauth.via"
    case serverName = "certauth.server_name"
    case scheme = "certauth.scheme"
    /// The number of lines that were logged at debug level since the last one.
    case suppressed = "certauth.suppressed"
    /// The number of omitted lines.
    case count = "certauth.count"
    /// The codes of omitted lines, each with its number.
    case codes = "certauth.codes"
    /// The code that the application's hook replaced.
    case insteadOf = "certauth.instead_of"
    /// The explanation of that code.
    case insteadOfReason = "certauth.instead_of_reason"
    case shadowCode = "certauth.shadow_code"
    case shadowReason = "certauth.shadow_reason"
    /// The code of a configuration finding.
    case finding = "certauth.finding"
    /// The kind of an evidence notice.
    case evidence = "certauth.evidence"
    case hook = "certauth.hook"
    /// The URI of a revocation source.
    case source = "certauth.source"
    /// The kind of a revocation source.
    case kind = "certauth.kind"
    case cause = "certauth.cause"
    case alert = "certauth.alert"
    /// The forwarding dialect that the server reads.
    case dialect = "certauth.dialect"
    /// The names of headers that were removed.
    case headers = "certauth.headers"
    /// The application's error.
    case error
    /// The method of an HTTP request.
    case method
    /// The method of a gRPC call.
    case remoteMethod = "rpc.method"
}
