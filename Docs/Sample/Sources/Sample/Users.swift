// SPDX-License-Identifier: Apache-2.0
// Who the application knows.

import CertAuth

/// The users, by the mail address in their certificates. Carol has a certificate too, but no account.
func users() throws -> InMemoryUserStore {
    try InMemoryUserStore([
        .init(
            CertificateUser(identifier: "1", name: "Alice", roles: ["admin", "staff"]),
            identifiers: [.email("alice@example.com")]
        ),
        .init(
            CertificateUser(identifier: "2", name: "Bob", roles: ["staff"]),
            identifiers: [.email("bob@example.com")]
        ),
    ])
}
