// SPDX-License-Identifier: Apache-2.0
// Lets authenticated clients through whom a policy allows.

#if Hummingbird
public import CertAuth
import CertAuthHTTP
import CertAuthTLS
public import Hummingbird

/// Lets authenticated clients through whom a policy allows, for a group of routes or a single one.
///
/// Authenticates by itself where no middleware has before. In mode `delayed` the client is asked for its certificate
/// here, after its request's body has been read. Refusals are 403 with a problem document: with the code of what is
/// wrong with the certificate, or `not-authorized`. What a policy throws denies as well.
public struct AuthorizationMiddleware<Context: ClientCertificateRequestContext>: RouterMiddleware {
    private let policy: AuthorizationPolicy
    private let asksLate: Bool
    private let lateBodyBytes: Int?
    private let certificateHost: String?

    /// A middleware for a group or a route.
    ///
    /// - Parameters:
    ///   - policy: whom to let through; everybody with a valid certificate unless something else is said.
    ///   - asksLate: whether clients are asked for their certificate in mode `delayed`.
    ///   - lateBodyBytes: the most bytes of body that are read before a client is asked, 413 beyond; never more than the
    ///     context's `maxUploadSize`, which nil stands for.
    ///   - certificateHost: where clients without a certificate are sent (307) when they cannot be asked here: a host
    ///     that demands one, with a port where it is not 443. A redirect of `onChallenge` comes before it.
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

    /// Authenticates, asks late, authorizes, then hands on.
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
        if let refusal = ClientCertificateRefusal(result, facts: context.connectionFacts) {
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
        if case .redirect(let location)? = await context.clientCertificate.authenticator?.challenge(challenge) {
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
        if let refusal = ClientCertificateRefusal(answer, facts: context.connectionFacts) { throw refusal }
    }

    /// Elsewhere, unless the client is there already.
    private func redirect(_ request: Request, _ facts: ConnectionFacts) -> Response? {
        guard let certificateHost, !request.head.isFor(host: certificateHost, isSecure: facts.isSecure) else {
            return nil
        }
        return request.redirect(toCertificateHost: certificateHost)
    }
}
#endif
