// SPDX-License-Identifier: Apache-2.0
// Where an issuer's services are found.

/// One entry of authorityInfoAccess (RFC 5280 §4.2.2.1).
package struct AccessDescription: Sendable, Hashable {
    /// What the location offers: OCSP or the issuer's certificates.
    package let method: OID
    /// Where; a URI in practice.
    package let location: GeneralName

    static func list(extensionValue: [UInt8]) throws(DERError) -> [AccessDescription] {
        var reader = DERReader(extensionValue)
        var entries = try reader.constructed()
        try reader.finish()
        var list: [AccessDescription] = []
        while !entries.isAtEnd {
            var fields = try entries.constructed()
            let method = try fields.objectIdentifier()
            let location = try GeneralName(fields.value())
            try fields.finish()
            list.append(AccessDescription(method: method, location: location))
        }
        return list
    }
}
