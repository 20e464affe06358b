// SPDX-License-Identifier: Apache-2.0
// One line that `certauth verify --batch` answers.

package import CertAuth

/// The answer to a case.
package struct BatchAnswer: Sendable {
    package var id: String?
    package var status: String?
    package var error: AuthenticationFailure?
    package var chain: [Certificate] = []
    package var elapsedMicroseconds = 0

    package init(id: String?) { self.id = id }

    package var json: JSONValue {
        [
            "id": .optional(id),
            "result": .string(error == nil ? "accept" : "reject"),
            "status": .optional(status),
            "error": error?.json ?? .null,
            "chain": .strings(chain.map(\.sha256Thumbprint.hexadecimal)),
            // Null, not empty: the policies of a path are not computed yet.
            "policies": .null,
            "identity": error == nil ? chain.first?.identityJSON ?? .null : .null,
            "elapsed_us": .integer(elapsedMicroseconds),
        ]
    }
}
