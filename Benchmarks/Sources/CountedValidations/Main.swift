// SPDX-License-Identifier: Apache-2.0
// `CountedValidations KIND COUNT`: exactly so many uncached validations with warm issuers, in `certauth_counted`.

import BenchmarkInput
import CReference
import CertAuth

@main
struct Main {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let count = Int32(arguments[2]),
            let (_, kind) = Hierarchy.kinds.first(where: { $0.name == arguments[1] })
        else { preconditionFailure("CountedValidations KIND COUNT; kinds: P-256, RSA-2048, Ed25519") }
        let hierarchy = try Hierarchy(kind, leafCount: 16, keyCount: 1)
        let validations = Validations(hierarchy: hierarchy, authenticator: try hierarchy.authenticator())
        // The first ones fill memories and caches.
        precondition((0..<100).allSatisfy(validations.accepts), "refused")
        let successes = withExtendedLifetime(validations) {
            certauth_counted(
                count,
                { index, context in
                    guard let context else { return 0 }
                    let validations = Unmanaged<Validations>.fromOpaque(context).takeUnretainedValue()
                    return validations.accepts(Int(index)) ? 1 : 0
                },
                Unmanaged.passUnretained(validations).toOpaque()
            )
        }
        precondition(successes == count, "refused")
    }
}

/// From the DER of a chain to its verdict.
private final class Validations {
    private let hierarchy: Hierarchy
    private let authenticator: CertificateAuthenticator

    init(hierarchy: Hierarchy, authenticator: CertificateAuthenticator) {
        self.hierarchy = hierarchy
        self.authenticator = authenticator
    }

    func accepts(_ index: Int) -> Bool {
        guard let chain = PresentedChain(derEncoded: hierarchy.chain(index), source: .tls) else { return false }
        if case .accepted = authenticator.validate(chain) { return true }
        return false
    }
}
