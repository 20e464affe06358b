// SPDX-License-Identifier: Apache-2.0

/// The decoded values of a certificate's extensions that CertAuth knows.
struct KnownExtensions: Sendable {
    private(set) var subjectAlternativeNames: [GeneralName] = []
    private(set) var keyUsage: KeyUsage?
    private(set) var extendedKeyUsage: [OID]?
    private(set) var basicConstraints: BasicConstraints?
    private(set) var policies: [OID] = []
    private(set) var authorityInfoAccess: [AccessDescription] = []
    private(set) var crlDistributionPoints: [CRLDistributionPoint] = []
    private(set) var subjectKeyIdentifier: [UInt8]?
    private(set) var authorityKeyIdentifier: AuthorityKeyIdentifier?
    private(set) var nameConstraints: NameConstraints?

    /// Decodes the known extensions, except those in `unread`.
    ///
    /// - Throws: `CertificateError` for a duplicate of any extension and for a malformed value of a known one.
    init(_ extensions: [CertificateExtension], unread: Set<OID> = []) throws(CertificateError) {
        var seen = SeenIdentifiers()
        for entry in extensions {
            guard seen.insert(entry.identifier) else { throw .duplicateExtension(entry.identifier) }
            guard !unread.contains(entry.identifier) else { continue }
            do throws(DERError) {
                try read(entry)
            } catch {
                throw .malformedExtension(entry.identifier, error)
            }
        }
    }

    private mutating func read(_ entry: CertificateExtension) throws(DERError) {
        switch entry.identifier {
        case .subjectAltName: subjectAlternativeNames = try Self.names(entry.value)
        case .keyUsage: keyUsage = try KeyUsage(extensionValue: entry.value)
        case .extKeyUsage: extendedKeyUsage = try Self.purposes(entry.value)
        case .basicConstraints: basicConstraints = try BasicConstraints(extensionValue: entry.value)
        case .certificatePolicies: policies = try Self.policies(entry.value)
        case .authorityInfoAccess: authorityInfoAccess = try AccessDescription.list(extensionValue: entry.value)
        case .cRLDistributionPoints: crlDistributionPoints = try CRLDistributionPoint.list(extensionValue: entry.value)
        case .subjectKeyIdentifier: subjectKeyIdentifier = try Self.octets(entry.value)
        case .authorityKeyIdentifier: authorityKeyIdentifier = try AuthorityKeyIdentifier(extensionValue: entry.value)
        case .nameConstraints: nameConstraints = try NameConstraints(extensionValue: entry.value)
        default: break
        }
    }

    private static func names(_ value: [UInt8]) throws(DERError) -> [GeneralName] {
        var reader = DERReader(value)
        let list = try reader.constructed()
        try reader.finish()
        let names = try GeneralName.list(list)
        guard !names.isEmpty else { throw DERError(.invalidValue("no name at all"), at: 0) }
        return names
    }

    private static func purposes(_ value: [UInt8]) throws(DERError) -> [OID] {
        var reader = DERReader(value)
        var list = try reader.constructed()
        try reader.finish()
        var purposes: [OID] = []
        while !list.isAtEnd { purposes.append(try list.objectIdentifier()) }
        guard !purposes.isEmpty else { throw DERError(.invalidValue("no purpose at all"), at: 0) }
        return purposes
    }

    private static func policies(_ value: [UInt8]) throws(DERError) -> [OID] {
        var reader = DERReader(value)
        var list = try reader.constructed()
        try reader.finish()
        var policies: [OID] = []
        while !list.isAtEnd {
            var policy = try list.constructed()
            policies.append(try policy.objectIdentifier())
            if !policy.isAtEnd { _ = try policy.constructed() }
            try policy.finish()
        }
        return policies
    }

    private static func octets(_ value: [UInt8]) throws(DERError) -> [UInt8] {
        var reader = DERReader(value)
        let octets = Array(try reader.value(DERTag.octetString).contents)
        try reader.finish()
        return octets
    }
}

/// The identifiers seen so far. Up to 16 are compared one by one; more are hashed, so that a thousand are still cheap.
private struct SeenIdentifiers {
    private var few: [OID] = []
    private var many: Set<OID> = []

    /// Inserts the identifier. False if it was inserted before.
    mutating func insert(_ identifier: OID) -> Bool {
        guard few.count == 16 else {
            guard !few.contains(identifier) else { return false }
            few.append(identifier)
            return true
        }
        return !few.contains(identifier) && many.insert(identifier).inserted
    }
}
