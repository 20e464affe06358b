// SPDX-License-Identifier: Apache-2.0

/// A database of the application's users.
///
/// Requests wait for its answers: every request, unless `hookReuse` says otherwise. An error refuses the client with
/// `rejected-by-handler`.
public protocol CertificateUserStore: Sendable {
    /// The users with `identifier`, compared by `lookupKey`.
    ///
    /// - Returns: none, one, or several. Several different users refuse the client.
    func users(holding identifier: CertificateIdentifier) async throws -> [CertificateUser]
}
