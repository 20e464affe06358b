// SPDX-License-Identifier: Apache-2.0

/// RSASSA-PSS-params (RFC 4055 §3.1), with OpenSSL's names of the digests.
struct PSSParameters {
    private(set) var digest = "SHA1"
    private(set) var maskDigest = "SHA1"
    private(set) var saltLength = 20

    /// Nil if the encoding is malformed or names an unknown algorithm.
    init?(_ encoding: [UInt8]) {
        do throws(DERError) {
            var reader = DERReader(encoding)
            var fields = try reader.constructed()
            try reader.finish()
            if let value = try fields.optional(DERTag.contextConstructed(0)) {
                guard let name = try Self.digest(value.reader) else { return nil }
                digest = name
            }
            if let value = try fields.optional(DERTag.contextConstructed(1)) {
                guard let name = try Self.mask(value.reader) else { return nil }
                maskDigest = name
            }
            if let value = try fields.optional(DERTag.contextConstructed(2)) {
                saltLength = try Self.number(value.reader)
            }
            if let value = try fields.optional(DERTag.contextConstructed(3)) {
                guard try Self.number(value.reader) == 1 else { return nil }
            }
            try fields.finish()
        } catch {
            return nil
        }
        guard saltLength <= 64 else { return nil }
    }

    private static func digest(_ reader: DERReader) throws(DERError) -> String? {
        var reader = reader
        let identifier = try AlgorithmIdentifier(from: &reader)
        try reader.finish()
        guard identifier.parameters == nil || identifier.parameters == [DERTag.null, 0] else { return nil }
        return DigestName.openSSLName(identifier.algorithm)
    }

    /// Parses MGF1 with its digest.
    private static func mask(_ reader: DERReader) throws(DERError) -> String? {
        var reader = reader
        let identifier = try AlgorithmIdentifier(from: &reader)
        try reader.finish()
        guard identifier.algorithm == OID(known: 1, 2, 840, 113_549, 1, 1, 8), let inner = identifier.parameters else {
            return nil
        }
        return try digest(DERReader(inner))
    }

    private static func number(_ reader: DERReader) throws(DERError) -> Int {
        var reader = reader
        let number = try DERReader.smallNumber(reader.value(DERTag.integer))
        try reader.finish()
        return number
    }
}

/// OpenSSL's names of digest algorithms by their identifiers.
enum DigestName {
    static func openSSLName(_ identifier: OID) -> String? { names[identifier] }

    private static let names: [OID: String] = [
        .sha1: "SHA1", OID(known: 2, 16, 840, 1, 101, 3, 4, 2, 4): "SHA224", .sha256: "SHA256", .sha384: "SHA384",
        .sha512: "SHA512",
    ]
}

extension OID {
    static let sha1 = OID(known: 1, 3, 14, 3, 2, 26)
    static let sha256 = OID(known: 2, 16, 840, 1, 101, 3, 4, 2, 1)
    static let sha384 = OID(known: 2, 16, 840, 1, 101, 3, 4, 2, 2)
    static let sha512 = OID(known: 2, 16, 840, 1, 101, 3, 4, 2, 3)
}
