// SPDX-License-Identifier: Apache-2.0
// The application's users.

/// A user database.
///
/// Requests wait for its answers: at every request, unless `hookReuse` says otherwise. An error refuses the client with
/// `rejected-by-handler`.
public protocol CertificateUserStore: Sendable {
    /// The users that hold `identifier`, compared as `CertificateIdentifier` compares: by `lookupKey`.
    ///
    /// - Returns: none, one, or several. Several different users refuse the client.
    func users(holding identifier: CertificateIdentifier) async throws -> [CertificateUser]
}
