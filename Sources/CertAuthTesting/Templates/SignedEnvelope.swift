// SPDX-License-Identifier: Apache-2.0

/// Signs the content of a certificate or CRL and appends algorithm and signature (SIGNED in X.509).
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
