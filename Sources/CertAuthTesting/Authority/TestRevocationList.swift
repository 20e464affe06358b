// SPDX-License-Identifier: Apache-2.0
// A signed revocation list.

import CertAuthOpenSSL

/// A CRL as an authority publishes it.
public struct TestRevocationList: Sendable, Hashable {
    /// The list's DER.
    public let derEncoded: [UInt8]

    /// Takes the DER of a list.
    package init(derEncoded: [UInt8]) { self.derEncoded = derEncoded }

    /// The list as PEM.
    public func pem() throws -> String { try PEMBlock(label: "X509 CRL", contents: derEncoded).text() }
}
