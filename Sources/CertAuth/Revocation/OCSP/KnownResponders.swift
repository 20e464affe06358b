// SPDX-License-Identifier: Apache-2.0
// OCSP responders sign again and again: their certificates need not be read, nor their issuer's signature checked, each
// time.

/// Responders that an issuer has authorised and that have signed a response.
///
/// What is known are facts about bytes. Whether a responder may speak is judged each time: names, usage, validity,
/// strength, its own revocation, and its signature under the response.
package protocol KnownResponders: Sendable {
    /// The certificate with exactly these bytes, read as a signer's.
    func certificate(_ digest: Thumbprint, derEncoded: [UInt8]) -> Certificate?

    /// Whether the key of exactly this issuer's certificate is known to verify the responder's.
    func isSigned(_ responder: Certificate, by issuer: Certificate) -> Bool

    /// Remembers a responder whose certificate `issuer`'s key has verified, and whose key a response.
    func remember(_ responder: Certificate, signedBy issuer: Certificate)
}
