// SPDX-License-Identifier: Apache-2.0
// The owner of the loops in C.

import BenchmarkInput
import CReference

/// libcrypto alone. An object must be used by one thread at a time.
final class LibcryptoReference {
    private let pointer: OpaquePointer

    init(_ hierarchy: Hierarchy) {
        let root = hierarchy.root
        let intermediate = hierarchy.intermediate
        guard let made = certauth_reference_new(root, root.count, intermediate, intermediate.count) else {
            preconditionFailure("libcrypto can't read the benchmark's own certificates")
        }
        pointer = made
        let leaf = hierarchy.leaf(0)
        _ = certauth_reference_prepare(made, leaf, leaf.count)
    }

    deinit { certauth_reference_free(pointer) }

    func validate(_ leaf: [UInt8]) -> Bool { certauth_reference_validate(pointer, leaf, leaf.count) == 1 }
    func validateWarm(_ leaf: [UInt8]) -> Bool { certauth_reference_validate_warm(pointer, leaf, leaf.count) == 1 }
    func checkSignature() -> Bool { certauth_reference_signature(pointer) == 1 }
    func remember(_ leaf: [UInt8]) { _ = certauth_reference_remember(pointer, leaf, leaf.count) }
    func lookUp(_ leaf: [UInt8]) -> Bool { certauth_reference_look_up(pointer, leaf, leaf.count) == 1 }
    func lookUpChain(_ leaf: [UInt8]) -> Bool {
        certauth_reference_look_up_chain(pointer, leaf, leaf.count) == 1
    }

    static var version: String { String(cString: certauth_reference_version()) }
}
