// SPDX-License-Identifier: Apache-2.0
// The headers of one dialect in one request.

/// What a proxy sent in the headers of the configured dialect.
struct DialectFields {
    let dialect: String
    let limits: ForwardingLimits
    private let headers: [String]
    private let values: [String?]

    /// Takes the values of the dialect's headers.
    ///
    /// - Parameter values: one for each of the definition's headers, in their order; nil for a missing one.
    /// - Throws: for a header beyond its limit.
    init(
        _ definition: DialectDefinition,
        values: [String?],
        limits: ForwardingLimits
    ) throws(ForwardingError) {
        dialect = definition.name
        self.limits = limits
        headers = definition.headers
        self.values = values
        for (header, value) in zip(headers, values) {
            guard let value, value.utf8.count > limits.headerBytes else { continue }
            let reason = "more than \(limits.headerBytes) bytes (limits.headerBytes)"
            throw error(.limitExceeded, header, nil, reason)
        }
    }

    /// Whether the proxy sent nothing of the dialect.
    var isEmpty: Bool { values.allSatisfy { $0 == nil } }

    /// The value of a header without the blanks around it; nil when it is missing.
    func value(_ header: String) -> String? { headers.firstIndex(of: header).flatMap { values[$0] } }

    /// The value of a header, nil when it is missing or empty.
    func text(_ header: String) -> String? {
        guard let value = value(header), !value.isEmpty else { return nil }
        return value
    }

    /// The one certificate of a header; nil when it is missing or empty.
    func certificate(_ header: String, _ encoding: CertificateEncoding) throws(ForwardingError) -> [UInt8]? {
        guard let text = text(header) else { return nil }
        var single = limits
        single.certificates = 1
        return try decoded(text, header, encoding, single).first
    }

    /// The certificates of a header; empty when it is missing or empty.
    func certificates(_ header: String, _ encoding: CertificateEncoding) throws(ForwardingError) -> [[UInt8]] {
        guard let text = text(header) else { return [] }
        return try decoded(text, header, encoding, limits)
    }

    /// The leaf, and behind it the chain without a repeated leaf at its head.
    func joined(_ leaf: [UInt8], _ chain: [[UInt8]]) -> [[UInt8]] {
        [leaf] + (chain.first == leaf ? chain.dropFirst() : chain[...])
    }

    /// A refusal because of what a header says.
    func malformed(_ header: String, _ reason: String) -> ForwardingError { error(.malformed, header, nil, reason) }

    /// A refusal because the proxy did not vouch for the certificate.
    func untrusted(_ header: String, _ reason: String) -> ForwardingError {
        error(.forwardingUntrusted, header, nil, reason)
    }

    /// A refusal because the proxy says that it did not verify the certificate.
    func unverified(_ header: String, _ found: String) -> ForwardingError {
        error(
            .notVerifiedByProxy,
            header,
            nil,
            "the proxy did not verify the certificate: \(DisplayText.escaped(found, limit: 256))"
        )
    }

    private func decoded(
        _ text: String,
        _ header: String,
        _ encoding: CertificateEncoding,
        _ limits: ForwardingLimits
    ) throws(ForwardingError) -> [[UInt8]] {
        do throws(DecodingFault) {
            return try encoding.certificates(text, limits)
        } catch {
            throw self.error(error.code, header, error.position, error.reason)
        }
    }

    func error(_ code: FailureCode, _ header: String, _ position: Int?, _ reason: String) -> ForwardingError {
        ForwardingError(code, dialect: dialect, header: header, position: position, reason)
    }
}
