// SPDX-License-Identifier: Apache-2.0
// Authenticates the client of every request, and lets everybody pass.

#if Hummingbird
public import Hummingbird

/// Authenticates the client of every request, and lets everybody pass.
///
/// Without a certificate the request goes on anonymously; with one that was refused too, with the reason in
/// `context.authenticationFailure`. Routes that need a client stand behind `AuthorizationMiddleware`, or call
/// `context.requirePrincipal()`. In mode `require` nobody comes this far without being authenticated.
public struct ClientCertificateMiddleware<Context: ClientCertificateRequestContext>: RouterMiddleware {
    /// A middleware for the router as a whole or for a group.
    public init() {}

    /// Authenticates, then hands on.
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
