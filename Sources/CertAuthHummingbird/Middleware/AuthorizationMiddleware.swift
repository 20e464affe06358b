// SPDX-License-Identifier: Apache-2.0

#if Hummingbird
public import CertAuth
import CertAuthHTTP
import CertAuthTLS
public import Hummingbird

/// Admits authenticated clients that a policy allows, for a group of routes or a single one.
///
/// Authenticates the client if no earlier middleware has. In mode `delayed` it requests the certificate, after reading
/// the request's body. Refusals are 403 with a problem document that has the code of the certificate's failure, or
/// `not-authorized`. An error that a policy throws denies the request too.
public struct AuthorizationMiddleware<Context: ClientCertificateRequestContext>: RouterMiddleware {
    private let policy: AuthorizationPolicy
    private let asksLate: Bool
    private let lateBodyBytes: Int?
    private let certificateHost: String?

    /// Creates the middleware for a group or a route.
    ///
    /// - Parameters:
    ///   - policy: the clients to admit. By default all that have a valid certificate.
    ///   - asksLate: whether certificates are requested in mode `delayed`.
    ///   - lateBodyBytes: the maximum body size that is read before a certificate is requested, 413 beyond; at most the
    ///     context's `maxUploadSize`. Nil is `maxUploadSize`.
    ///   - certificateHost: the host to which clients without a certificate are redirected (307) if none can be requested
    ///     here. It must require certificates; with a port if it is not 443. A redirect of `onChallenge` takes precedence.
    public init(
        _ policy: AuthorizationPolicy = .authenticated,
        asksLate: Bool = true,
        lateBodyBytes: Int? = nil,
        certificateHost: String? = nil
    ) {
        self.policy = policy
        self.asksLate = asksLate
        self.lateBodyBytes = lateBodyBytes
        self.certificateHost = certificateHost
    }

    /// Authenticates, requests a late certificate, authorizes, then calls the next responder.
    public func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var (request, context) = (request, context)
        if let refusal = context.clientCertificate.proxyRefusal { throw refusal }
        var result = await context.clientCertificate.authenticate()
        if asksLate, context.connection.canBeAskedLate {
            do {
                result = try await context.requestClientCertificate(reading: &request, within: lateBodyBytes) ?? result
            } catch let error as LateCertificateError {
                let refusal = ClientCertificateRefusal(error, facts: context.connectionFacts)
                return try await refuse(refusal, result, request, context, mayGo: error.isOfThisConnection)
            }
        }
        let authenticator = context.clientCertificate.authenticator
        if let refusal = ClientCertificateRefusal(result, facts: context.connectionFacts, by: authenticator) {
            let isMissing = result == .noResult(.noCertificate)
            return try await refuse(refusal, result, request, context, mayGo: isMissing)
        }
        try await authorize(context.requireClient(), context)
        return try await next(request, context)
    }

    private func refuse(
        _ refusal: ClientCertificateRefusal,
        _ result: AuthenticationResult,
        _ request: Request,
        _ context: Context,
        mayGo: Bool
    ) async throws -> Response {
        let challenge = ChallengeContext(result, context.connection, request)
        let isSecure = context.connectionFacts.isSecure
        if case .redirect(let location)? = await context.clientCertificate.authenticator?.challenge(challenge),
            !request.head.isTarget(of: location, isSecure: isSecure)
        {
            return .temporaryRedirect(to: location)
        }
        if mayGo, let elsewhere = redirect(request, context.connectionFacts) { return elsewhere }
        throw refusal
    }

    private func authorize(_ client: AuthenticatedClient, _ context: Context) async throws {
        let result = AuthenticationResult.success(client)
        let answer: AuthenticationResult
        if let authenticator = context.clientCertificate.authenticator {
            answer = await authenticator.authorize(result, by: policy)
        } else {
            answer = await policy.authorize(result)
        }
        let authenticator = context.clientCertificate.authenticator
        if let refusal = ClientCertificateRefusal(answer, facts: context.connectionFacts, by: authenticator) {
            throw refusal
        }
    }

    /// Redirects to the certificate host, unless the request is already for that host.
    private func redirect(_ request: Request, _ facts: ConnectionFacts) -> Response? {
        guard let certificateHost, !request.head.isFor(host: certificateHost, isSecure: facts.isSecure) else {
            return nil
        }
        return request.redirect(toCertificateHost: certificateHost)
    }
}
#endif
