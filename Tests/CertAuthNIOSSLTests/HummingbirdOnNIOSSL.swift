// SPDX-License-Identifier: Apache-2.0
// A Hummingbird application that uses Hummingbird's own TLS.

#if NIOSSL && Hummingbird
import CertAuth
import CertAuthNIOSSL
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import NIOCore

// snippet of NIOSSL.md
struct ClientContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel
    var client: AuthenticatedClient?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}

struct ClientMiddleware: RouterMiddleware {
    let clients: NIOSSLClientAuthentication
    var policy = AuthorizationPolicy.authenticated

    func handle(
        _ request: Request,
        context: ClientContext,
        next: (Request, ClientContext) async throws -> Response
    ) async throws -> Response {
        let result = await policy.authorize(await clients.authenticate(context.channel))
        guard case .success(let client) = result else {
            let code = result.refusalCode ?? .internalError
            throw HTTPError(.forbidden, message: "\(code): \(code.publicSentence)")
        }
        var context = context
        context.client = client
        return try await next(request, context)
    }
}

func server(_ tls: TLSConfiguration, _ clients: NIOSSLClientAuthentication) throws -> HTTPServerBuilder {
    let callback = clients.customVerificationCallback
    return try .tls(.http1(), configuration: .init(tlsConfiguration: tls, customVerificationCallback: callback))
}
// end of snippet
#endif
