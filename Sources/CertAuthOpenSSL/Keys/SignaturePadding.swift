// SPDX-License-Identifier: Apache-2.0

/// The padding of RSA signatures. Other algorithms use `standard`.
package enum SignaturePadding: Hashable, Sendable {
    /// PKCS #1 v1.5 for RSA, the only scheme for other algorithms.
    case standard
    /// RSASSA-PSS with a salt as long as the digest and MGF1 over the same digest.
    case pss
}
