// SPDX-License-Identifier: Apache-2.0
// SIGNED { … }: what certificates and CRLs have in common around the part that is signed.

/// Signs a part and puts algorithm and signature behind it.
struct SignedEnvelope {
    var scheme: SignatureScheme
    var outerAlgorithm: [UInt8]?
    var defect: SignatureDefect
    var trailingBytes: [UInt8]

    func sealed(_ part: [UInt8], with key: TestKey) throws -> [UInt8] {
        let signature = defect.applied(to: try key.signature(over: part, scheme: scheme))
        return DER.sequence([part, outerAlgorithm ?? scheme.identifier, DER.bitString(signature)]) + trailingBytes
    }
}
