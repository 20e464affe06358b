// SPDX-License-Identifier: Apache-2.0

package import CertAuth

/// The answer of `certauth verify --batch` to one case.
package struct BatchAnswer: Sendable {
    package var id: String?
    package var status: String?
    package var error: AuthenticationFailure?
    package var chain: [Certificate] = []
    /// The valid policies of the path; nil if no path was validated.
    package var policies: [OID]?
    package var elapsedMicroseconds = 0

    package init(id: String?) { self.id = id }

    package var json: JSONValue {
        [
            "id": .optional(id),
            "result": .string(error == nil ? "accept" : "reject"),
            "status": .optional(status),
            "error": error?.json ?? .null,
            "chain": .strings(chain.map(\.sha256Thumbprint.hexadecimal)),
            "policies": policies.map { .strings($0.map(\.description)) } ?? .null,
            "identity": error == nil ? chain.first?.identityJSON ?? .null : .null,
            "elapsed_us": .integer(elapsedMicroseconds),
        ]
    }
}
