// SPDX-License-Identifier: Apache-2.0

/// Splits a value of altSecurityIdentities into its tagged parts, and parses each.
enum AltSecurityIdentityParts {
    struct Fault: Error {
        let reason: String
    }

    struct Part {
        let tag: String
        let content: [UInt8]
    }

    private static let prefix = Array("X509:".utf8)

    /// Parses `X509:<TAG>content<TAG>content`. Quoted text is always content.
    static func parts(of text: String) throws(Fault) -> [Part] {
        let bytes = Array(text.utf8)
        guard bytes.count <= AltSecurityIdentity.longestText else {
            throw Fault(reason: "more than \(AltSecurityIdentity.longestText) bytes")
        }
        guard bytes.starts(with: prefix) else { throw Fault(reason: "it does not begin with 'X509:'") }
        guard !bytes.contains(0) else { throw Fault(reason: "it contains a zero byte") }
        var parts: [Part] = []
        var position = prefix.count
        while position < bytes.count {
            // No form has more than two tags.
            guard parts.count < 2, bytes[position] == UInt8(ascii: "<") else {
                throw Fault(reason: "byte \(position): expected a tag of a known form")
            }
            guard let close = bytes[position...].firstIndex(of: UInt8(ascii: ">")) else {
                throw Fault(reason: "byte \(position): a tag that is not closed")
            }
            let tag = String(decoding: bytes[(position + 1)..<close], as: UTF8.self)
            let end = endOfContent(bytes, from: close + 1)
            parts.append(Part(tag: tag, content: Array(bytes[(close + 1)..<end])))
            position = end
        }
        return parts
    }

    private static func endOfContent(_ bytes: [UInt8], from start: Int) -> Int {
        var isQuoted = false
        for position in start..<bytes.count {
            if bytes[position] == UInt8(ascii: "\"") { isQuoted.toggle() }
            if bytes[position] == UInt8(ascii: "<"), !isQuoted { return position }
        }
        return bytes.count
    }
}

extension AltSecurityIdentityParts.Part {
    func name() throws(AltSecurityIdentityParts.Fault) -> DistinguishedName {
        var reader = WindowsNameReader(String(decoding: content, as: UTF8.self))
        do throws(MalformedTextError) {
            return try reader.name()
        } catch {
            throw AltSecurityIdentityParts.Fault(reason: "<\(tag)>: \(error.reason)")
        }
    }

    func octets(_ count: ClosedRange<Int>) throws(AltSecurityIdentityParts.Fault) -> [UInt8] {
        let digits = String(decoding: content, as: UTF8.self)
        guard !digits.contains(":"), let bytes = Hexadecimal.bytes(digits), count.contains(bytes.count) else {
            let expected = count.count == 1 ? "\(count.lowerBound)" : "\(count.lowerBound) to \(count.upperBound)"
            throw AltSecurityIdentityParts.Fault(reason: "<\(tag)>: expected \(expected) bytes in hexadecimal digits")
        }
        return bytes
    }

    func reversedSerialNumber() throws(AltSecurityIdentityParts.Fault) -> SerialNumber {
        SerialNumber(magnitude: try octets(1...32).reversed())
    }

    func mailAddress() throws(AltSecurityIdentityParts.Fault) -> String {
        let isAddress = content.count <= 320 && content.count { $0 == UInt8(ascii: "@") } == 1
        guard isAddress, content.first != UInt8(ascii: "@"), content.last != UInt8(ascii: "@"),
            content.allSatisfy({ (0x21..<0x7F).contains($0) && !"\"<>".utf8.contains($0) })
        else { throw AltSecurityIdentityParts.Fault(reason: "<\(tag)>: not a mail address") }
        return String(decoding: content, as: UTF8.self)
    }
}
