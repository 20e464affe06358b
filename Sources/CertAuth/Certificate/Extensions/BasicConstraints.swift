// SPDX-License-Identifier: Apache-2.0
// Whether a certificate may issue others, and how deep.

/// The basicConstraints extension (RFC 5280 §4.2.1.9).
package struct BasicConstraints: Sendable, Hashable {
    /// Whether the subject is a certification authority.
    package let isCertificateAuthority: Bool
    /// The most intermediates that may follow below it, self-issued ones not counted; nil without limit.
    package let pathLength: Int?

    init(extensionValue: [UInt8]) throws(DERError) {
        var reader = DERReader(extensionValue)
        var fields = try reader.constructed()
        try reader.finish()
        if let flag = try fields.optional(DERTag.boolean) {
            isCertificateAuthority = try DERReader.boolean(flag)
        } else {
            isCertificateAuthority = false
        }
        if let length = try fields.optional(DERTag.integer) {
            pathLength = try DERReader.smallNumber(length)
        } else {
            pathLength = nil
        }
        try fields.finish()
    }
}
