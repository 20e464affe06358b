// SPDX-License-Identifier: Apache-2.0
// The users of the application.

import CertAuth

/// The users, by the email address in their certificates. Carol has a certificate, but no account.
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
