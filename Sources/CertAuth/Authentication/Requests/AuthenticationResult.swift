// SPDX-License-Identifier: Apache-2.0

/// The result of authenticating a request.
public enum AuthenticationResult: Sendable, Hashable {
    /// The client is authenticated by its certificate.
    case success(AuthenticatedClient)
    /// There was nothing to authenticate, or the application's hook decided so. The request is anonymous.
    case noResult(NoResultReason)
    /// A certificate was presented and refused.
    case failure(AuthenticationFailure)

    /// Why there is no result.
    public enum NoResultReason: Sendable, Hashable {
        /// The client presented no certificate.
        case noCertificate
        /// The request did not use TLS.
        case notHTTPS
        /// `onCertificateValidated` or `onAuthenticationFailed` returned it.
        case handler

        /// The code with which a protected resource refuses the request.
        public var code: FailureCode {
            switch self {
            case .noCertificate: .noCertificate
            case .notHTTPS: .notHTTPS
            case .handler: .rejectedByHandler
            }
        }
    }

    /// The client; nil unless this is a success.
    public var client: AuthenticatedClient? {
        if case .success(let client) = self { client } else { nil }
    }

    /// The principal; nil unless this is a success.
    public var principal: ClaimsPrincipal? { client?.principal }

    /// The refusal; nil unless this is a failure.
    public var failure: AuthenticationFailure? {
        if case .failure(let failure) = self { failure } else { nil }
    }

    /// The code with which a protected resource would refuse the request; nil for a success.
    public var refusalCode: FailureCode? {
        switch self {
        case .success: nil
        case .noResult(let reason): reason.code
        case .failure(let failure): failure.code
        }
    }
}

extension AuthenticationResult {
    /// The same result, marked as still valid after the first `changes` changes of the conditions.
    func confirmed(after changes: Int) -> AuthenticationResult {
        guard case .success(let client) = self, client.changes != changes else { return self }
        var confirmed = client
        confirmed.changes = changes
        return .success(confirmed)
    }
}
