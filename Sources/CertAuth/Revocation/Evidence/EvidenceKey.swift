// SPDX-License-Identifier: Apache-2.0
// What a statement is filed under.

/// A source, and for a responder the certificate it is asked about.
public struct EvidenceKey: Sendable, Hashable {
    /// Where it comes from.
    public let source: EvidenceSource
    /// SHA-256 of the certificate asked about; empty for a CRL.
    public let certificateDigest: [UInt8]

    /// Files a statement of `source` about `certificate`.
    package init(_ source: EvidenceSource, about certificate: Certificate) {
        self.source = source
        certificateDigest = source.kind == .responder ? certificate.sha256Thumbprint.bytes : []
    }

    /// Names `source` as a whole.
    private init(of source: EvidenceSource) {
        self.source = source
        certificateDigest = []
    }

    /// The source itself, whatever it is asked about.
    var ofSource: EvidenceKey { EvidenceKey(of: source) }
}
