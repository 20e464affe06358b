// SPDX-License-Identifier: Apache-2.0
// How an RSA key pads what it signs.

/// RSA's two signature schemes; other algorithms take `standard`.
package enum SignaturePadding: Hashable, Sendable {
    /// PKCS #1 v1.5 for RSA, and what there is for the others.
    case standard
    /// RSASSA-PSS with a salt as long as the digest and MGF1 over the same digest.
    case pss
}
