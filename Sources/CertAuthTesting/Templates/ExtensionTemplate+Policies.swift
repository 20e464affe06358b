// SPDX-License-Identifier: Apache-2.0
// Extensions about certificate policies.

public import CertAuth

extension ExtensionTemplate {
    /// certificatePolicies without qualifiers.
    public static func certificatePolicies(_ policies: [OID], critical: Bool = false) -> ExtensionTemplate {
        let value = DER.sequence(policies.map { DER.sequence([DER.objectIdentifier($0)]) })
        return ExtensionTemplate(.certificatePolicies, critical: critical, value: value)
    }

    /// policyMappings: pairs of issuerDomainPolicy and subjectDomainPolicy.
    package static func policyMappings(_ pairs: [(issuer: OID, subject: OID)], critical: Bool = true)
        -> ExtensionTemplate
    {
        let value = DER.sequence(
            pairs.map { DER.sequence([DER.objectIdentifier($0.issuer), DER.objectIdentifier($0.subject)]) }
        )
        return ExtensionTemplate(.policyMappings, critical: critical, value: value)
    }

    /// policyConstraints; nil numbers are omitted.
    package static func policyConstraints(
        requireExplicitPolicy: Int? = nil,
        inhibitPolicyMapping: Int? = nil,
        critical: Bool = true
    ) -> ExtensionTemplate {
        let explicit = requireExplicitPolicy.map { implicitInteger(0, $0) } ?? []
        let mapping = inhibitPolicyMapping.map { implicitInteger(1, $0) } ?? []
        return ExtensionTemplate(.policyConstraints, critical: critical, value: DER.sequence([explicit, mapping]))
    }

    /// inhibitAnyPolicy.
    package static func inhibitAnyPolicy(_ skipCertificates: Int, critical: Bool = true) -> ExtensionTemplate {
        ExtensionTemplate(.inhibitAnyPolicy, critical: critical, value: DER.integer(skipCertificates))
    }

    private static func implicitInteger(_ number: UInt8, _ value: Int) -> [UInt8] {
        // IMPLICIT tagging replaces the INTEGER's tag and keeps its length and contents.
        [0x80 | number] + DER.integer(value).dropFirst()
    }
}
