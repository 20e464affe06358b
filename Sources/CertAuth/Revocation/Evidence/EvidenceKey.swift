// SPDX-License-Identifier: Apache-2.0

/// The key of a statement in a store: its source, and for a responder the certificate that it is about.
public struct EvidenceKey: Sendable, Hashable {
    /// The source of the statement.
    package let source: EvidenceSource
    /// SHA-256 of the certificate that the statement is about; empty for a CRL.
    package let certificateDigest: [UInt8]

    /// An ASCII text for stores: equal keys have equal texts, and different keys have different ones.
    public var lookupKey: String {
        let parts = [certificateDigest, Array(source.address.utf8)].map { Hexadecimal.text($0) }
        return "\(source.kind.rawValue) \(parts.joined(separator: " "))"
    }

    /// Creates the key of a statement from `source` about `certificate`.
    package init(_ source: EvidenceSource, about certificate: Certificate) {
        self.source = source
        certificateDigest = source.kind == .responder ? certificate.sha256Thumbprint.bytes : []
    }

    /// Creates the key of the whole source.
    private init(of source: EvidenceSource) {
        self.source = source
        certificateDigest = []
    }

    /// The key of the source, independent of the certificate.
    var ofSource: EvidenceKey { EvidenceKey(of: source) }
}
