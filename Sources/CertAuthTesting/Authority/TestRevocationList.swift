// SPDX-License-Identifier: Apache-2.0

import CertAuthOpenSSL

/// A signed CRL.
public struct TestRevocationList: Sendable, Hashable {
    /// The DER of the CRL.
    public let derEncoded: [UInt8]

    /// Creates a CRL from its DER.
    package init(derEncoded: [UInt8]) { self.derEncoded = derEncoded }

    /// Returns the CRL as PEM.
    public func pem() throws -> String { try PEMBlock(label: "X509 CRL", contents: derEncoded).text() }
}
