// SPDX-License-Identifier: Apache-2.0

#if Hummingbird
public import Hummingbird

/// Authenticates the client of every request, and admits every request, with and without a client.
///
/// Without a certificate the request continues anonymously. With a refused certificate it does too, with the reason in
/// `context.authenticationFailure`. Routes that need a client use `AuthorizationMiddleware` instead, or call
/// `context.requirePrincipal()`. In mode `require` only authenticated clients reach this middleware.
public struct OptionalClientCertificateMiddleware<Context: ClientCertificateRequestContext>: RouterMiddleware {
    /// Creates the middleware for the router as a whole or for a group.
    public init() {}

    /// Authenticates, then calls the next responder.
    public func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        _ = await context.clientCertificate.authenticate()
        return try await next(request, context)
    }
}
#endif
