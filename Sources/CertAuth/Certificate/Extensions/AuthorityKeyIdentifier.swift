// SPDX-License-Identifier: Apache-2.0

/// The authorityKeyIdentifier extension (RFC 5280 §4.2.1.1). It identifies the key that signed a certificate or CRL.
package struct AuthorityKeyIdentifier: Sendable, Hashable {
    /// The issuer's subjectKeyIdentifier.
    package let keyIdentifier: [UInt8]?
    /// The issuer of the issuer's certificate. Together with `serialNumber` it identifies that certificate. Usually
    /// empty.
    package let issuer: [GeneralName]
    /// The serial number of the issuer's certificate, as the contents of an INTEGER.
    package let serialNumber: [UInt8]?

    package init(extensionValue: [UInt8]) throws(DERError) {
        var reader = DERReader(extensionValue)
        var fields = try reader.constructed()
        try reader.finish()
        keyIdentifier = try fields.optional(DERTag.context(0)).map { Array($0.contents) }
        if let names = try fields.optional(DERTag.contextConstructed(1)) {
            issuer = try GeneralName.list(names.reader)
        } else {
            issuer = []
        }
        if let serial = try fields.optional(DERTag.context(2)) {
            serialNumber = Array(try DERReader.integer(serial))
        } else {
            serialNumber = nil
        }
        try fields.finish()
    }
}
