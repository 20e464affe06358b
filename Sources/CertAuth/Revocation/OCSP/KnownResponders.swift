// SPDX-License-Identifier: Apache-2.0

/// Responders that an issuer has authorized and that have signed a response. Their certificates need not be parsed, nor
/// their issuer's signature verified, for each response.
///
/// Only facts about bytes are kept. Whether a responder is authorized is decided each time: names, usage, validity,
/// strength, its own revocation, and its signature on the response.
package protocol KnownResponders: Sendable {
    /// The certificate with exactly these bytes, parsed as a signer's.
    func certificate(_ digest: Thumbprint, derEncoded: [UInt8]) -> Certificate?

    /// Whether the key of exactly this issuer certificate is known to verify the responder's certificate.
    func isSigned(_ responder: Certificate, by issuer: Certificate) -> Bool

    /// Stores a responder. `issuer`'s key has verified its certificate, and its key has verified a response.
    func remember(_ responder: Certificate, signedBy issuer: Certificate)
}
