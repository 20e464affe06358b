// SPDX-License-Identifier: Apache-2.0
// The headers of one dialect in one request, found by folded names.

/// What a proxy sent in the headers of the configured dialect.
struct DialectFields {
    let dialect: String
    let limits: ForwardingLimits
    private var found: [FoldedName: [String]] = [:]

    /// Collects the dialect's headers.
    ///
    /// - Parameter names: those of `fields`, folded.
    /// - Throws: for a header on two lines, under whatever spellings, and for one beyond its limit.
    init(
        _ definition: DialectDefinition,
        fields: [HeaderField],
        names: [FoldedName],
        limits: ForwardingLimits
    ) throws(ForwardingError) {
        dialect = definition.name
        self.limits = limits
        let own = definition.foldedHeaders
        for (field, name) in zip(fields, names) where own.contains(name) {
            found[name, default: []].append(field.value.trimmedOfBlanks)
            let lines = found[name] ?? []
            guard lines.count == 1 || definition.listHeaders.contains(name) else {
                throw error(.malformed, field.name, nil, "stands more than once")
            }
            let size = lines.reduce(0) { $0 + $1.utf8.count }
            guard size <= limits.headerBytes else {
                throw error(
                    .limitExceeded,
                    field.name,
                    nil,
                    "more than \(limits.headerBytes) bytes (limits.headerBytes)"
                )
            }
        }
    }

    /// Whether the proxy sent nothing of the dialect.
    var isEmpty: Bool { found.isEmpty }

    /// The lines of a header, blanks around them removed.
    func lines(_ header: String) -> [String] { found[FoldedName(header)] ?? [] }

    /// The value of a header that stands once; nil when it is missing.
    func value(_ header: String) -> String? { lines(header).first }

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

extension String {
    /// Without blanks and tabs at both ends (RFC 9110 §5.5).
    var trimmedOfBlanks: String {
        let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        guard let start = utf8.firstIndex(where: { !isBlank($0) }), let end = utf8.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return utf8.index(after: end) == endIndex && start == startIndex ? self : String(self[start...end])
    }
}
