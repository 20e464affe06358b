// SPDX-License-Identifier: Apache-2.0

/// The headers of the configured dialect in one request.
struct DialectFields {
    let dialect: String
    let limits: ForwardingLimits
    private let headers: [String]
    private let values: [String?]

    /// Creates the fields from the values of the dialect's headers.
    ///
    /// - Parameter values: one for each header of the definition, in the same order; nil if it is missing.
    /// - Throws: if a header exceeds its limit.
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

    /// Whether all headers of the dialect are missing.
    var isEmpty: Bool { values.allSatisfy { $0 == nil } }

    /// The value of a header without surrounding spaces and tabs; nil if it is missing.
    func value(_ header: String) -> String? { headers.firstIndex(of: header).flatMap { values[$0] } }

    /// The value of a header; nil if it is missing or empty.
    func text(_ header: String) -> String? {
        guard let value = value(header), !value.isEmpty else { return nil }
        return value
    }

    /// The single certificate of a header; nil if it is missing or empty.
    func certificate(_ header: String, _ encoding: CertificateEncoding) throws(ForwardingError) -> [UInt8]? {
        guard let text = text(header) else { return nil }
        var single = limits
        single.certificates = 1
        return try decoded(text, header, encoding, single).first
    }

    /// The certificates of a header; empty if it is missing or empty.
    func certificates(_ header: String, _ encoding: CertificateEncoding) throws(ForwardingError) -> [[UInt8]] {
        guard let text = text(header) else { return [] }
        return try decoded(text, header, encoding, limits)
    }

    /// The end-entity certificate, followed by the chain. If the chain begins with it, it is not repeated.
    func joined(_ leaf: [UInt8], _ chain: [[UInt8]]) -> [[UInt8]] {
        [leaf] + (chain.first == leaf ? chain.dropFirst() : chain[...])
    }

    /// The error for a malformed header.
    func malformed(_ header: String, _ reason: String) -> ForwardingError { error(.malformed, header, nil, reason) }

    /// The error if the proxy did not state that it verified the certificate.
    func untrusted(_ header: String, _ reason: String) -> ForwardingError {
        error(.forwardingUntrusted, header, nil, reason)
    }

    /// The error if the proxy stated that it did not verify the certificate.
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
