// SPDX-License-Identifier: Apache-2.0
// Where the application keeps its users.

/// A user database.
///
/// Requests wait for its answers: at every request, unless `hookReuse` says otherwise. An error refuses the client with
/// `rejected-by-handler`.
public protocol CertificateUserStore: Sendable {
    /// The users who hold `identifier`, compared as `CertificateIdentifier` compares.
    ///
    /// - Returns: none, one, or, which refuses the client, several.
    func users(holding identifier: CertificateIdentifier) async throws -> [CertificateUser]
}
