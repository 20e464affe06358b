// SPDX-License-Identifier: Apache-2.0
// What a development PKI has issued, as it stands in its folder.

package import CertAuth

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The list of everything issued, `index.json`.
package struct PKIIndex: Codable, Sendable {
    /// One certificate.
    package struct Entry: Codable, Sendable, Equatable {
        package enum Kind: String, Codable, Sendable {
            case authority, leaf
        }

        package var name: String
        package var kind: Kind
        /// The name of the authority that signed it; its own for a root.
        package var issuer: String
        /// Hexadecimal digits of the serial number's octets.
        package var serial: String
        package var notBefore: String
        package var notAfter: String
        /// Set by `revoke`.
        package var revokedAt: String?
        package var reason: String?
        /// The number of an authority's last CRL.
        package var crlNumber: Int?

        package var isRevoked: Bool { revokedAt != nil }
    }

    package private(set) var version = 1
    /// Where `certauth pki responder` will listen: certificates name it as the source of their revocation status.
    package var responderURL: String?
    /// In the order of issue; the last one of a name is the one whose files are in the folder.
    package var entries: [Entry] = []

    package init() {}

    /// The position of the current certificate of a name.
    package func position(named name: String) -> Int? { entries.lastIndex { $0.name == name } }

    /// The position of the certificate with a serial number, in any usual notation.
    package func position(serial text: String) -> Int? {
        let wanted = Self.normalized(text)
        return wanted.isEmpty ? nil : entries.firstIndex { Self.normalized($0.serial) == wanted }
    }

    /// Every authority, the current one of each name, in the order of issue.
    package var authorities: [Entry] {
        entries.enumerated().filter { $0.element.kind == .authority && position(named: $0.element.name) == $0.offset }
            .map(\.element)
    }

    private static func normalized(_ serial: String) -> String {
        String(serial.uppercased().filter { $0 != ":" }.drop { $0 == "0" })
    }
}

extension PKIIndex {
    /// Reads an index out of its file's bytes; nil when they are none of this version.
    package init?(json bytes: [UInt8]) {
        guard let index = try? JSONDecoder().decode(PKIIndex.self, from: Data(bytes)), index.version == 1 else {
            return nil
        }
        self = index
    }

    /// The file's bytes.
    package func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self)) + [0x0A]
    }
}

extension PKIIndex.Entry {
    /// The entry of a certificate.
    package init(name: String, kind: Kind, issuer: String, certificate: Certificate) {
        self.init(
            name: name,
            kind: kind,
            issuer: issuer,
            serial: Hexadecimal.text(certificate.serialNumber.bytes, uppercased: true),
            notBefore: "\(certificate.validity.notBefore)",
            notAfter: "\(certificate.validity.notAfter)",
            crlNumber: kind == .authority ? 0 : nil
        )
    }
}
