// SPDX-License-Identifier: Apache-2.0
// The keys of the log's metadata.

/// Every key that CertAuth's lines have; `Docs/Observability.md` explains them.
package enum LogKey: String, Sendable, CaseIterable {
    /// The failure code.
    case code = "certauth.code"
    /// The operator's sentence.
    case reason = "certauth.reason"
    /// The decision's identifier, which the client's answer has too.
    case identifier = "certauth.id"
    /// The certificate that a refusal is about; 0 is the client's.
    case index = "certauth.index"
    case subject = "certauth.subject"
    case issuer = "certauth.issuer"
    case serialNumber = "certauth.serial"
    case sha256 = "certauth.sha256"
    case notAfter = "certauth.not_after"
    case peer = "certauth.peer"
    case serverName = "certauth.server_name"
    case scheme = "certauth.scheme"
    /// The number of lines that went to debug since the last one.
    case suppressed = "certauth.suppressed"
    /// The number of lines that were left out.
    case count = "certauth.count"
    /// The code that the application's hook replaced.
    case insteadOf = "certauth.instead_of"
    case shadowCode = "certauth.shadow_code"
    case shadowReason = "certauth.shadow_reason"
    /// The code of a configuration finding.
    case finding = "certauth.finding"
    /// The kind of an evidence notice.
    case evidence = "certauth.evidence"
    case hook = "certauth.hook"
    /// The address of a revocation source.
    case source = "certauth.source"
    /// The kind of a revocation source.
    case kind = "certauth.kind"
    case cause = "certauth.cause"
    case alert = "certauth.alert"
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
