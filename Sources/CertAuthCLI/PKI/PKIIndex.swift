// SPDX-License-Identifier: Apache-2.0

package import CertAuth

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The index of all issued certificates, stored as `index.json`.
package struct PKIIndex: Codable, Sendable {
    /// One certificate.
    package struct Entry: Codable, Sendable, Equatable {
        package enum Kind: String, Codable, Sendable {
            case authority, leaf
        }

        package var name: String
        package var kind: Kind
        /// The name of the issuing authority; its own name for a root.
        package var issuer: String
        /// The octets of the serial number as hexadecimal digits.
        package var serial: String
        package var notBefore: String
        package var notAfter: String
        /// Set by `certauth pki revoke`.
        package var revokedAt: String?
        package var reason: String?
        /// The number of an authority's latest CRL.
        package var crlNumber: Int?

        package var isRevoked: Bool { revokedAt != nil }
    }

    package private(set) var version = 1
    /// The address of `certauth pki responder`, which certificates name as the source of their revocation status.
    package var responderURL: String?
    /// The entries in order of issuance. For each name, the files in the folder belong to the last entry.
    package var entries: [Entry] = []

    package init() {}

    /// Returns the position of the current certificate with this name.
    package func position(named name: String) -> Int? { entries.lastIndex { $0.name == name } }

    /// Returns the position of the certificate with this serial number, in any usual notation.
    package func position(serial text: String) -> Int? {
        let wanted = Self.normalized(text)
        return wanted.isEmpty ? nil : entries.firstIndex { Self.normalized($0.serial) == wanted }
    }

    /// The current entry of each authority, in order of issuance.
    package var authorities: [Entry] {
        entries.enumerated().filter { $0.element.kind == .authority && position(named: $0.element.name) == $0.offset }
            .map(\.element)
    }

    private static func normalized(_ serial: String) -> String {
        String(serial.uppercased().filter { $0 != ":" }.drop { $0 == "0" })
    }
}

extension PKIIndex {
    /// Decodes an index; nil if the bytes are not an index of this version.
    package init?(json bytes: [UInt8]) {
        guard let index = try? JSONDecoder().decode(PKIIndex.self, from: Data(bytes)), index.version == 1 else {
            return nil
        }
        self = index
    }

    /// Encodes the index.
    package func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self)) + [0x0A]
    }
}

extension PKIIndex.Entry {
    /// Creates the entry of a certificate.
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
