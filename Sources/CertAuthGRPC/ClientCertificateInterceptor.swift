// SPDX-License-Identifier: Apache-2.0

#if GRPC
internal import CertAuth
public import CertAuthNIOSSL
public import GRPCCore

/// Authenticates every call by the certificate that its client proved in the TLS handshake.
///
/// It works on `HTTP2ServerTransport.Posix`. On other transports, and without TLS, every client is anonymous. The
/// engine validates the chain at each call, including hooks, so a certificate that has expired or was revoked since the
/// handshake is refused at the next call. For a resumed session the transport keeps only the leaf, which is validated
/// with the issuers remembered for it. Give the authenticator a cache, so that calls share verdicts.
///
/// A call in progress is checked again when its verdict expires or its basis changes. Once its client is refused, no
/// message passes in either direction, the end of the client's stream does not reach the method, and the method's task
/// and `ServerContext.cancellation` are cancelled. The call ends with the status of `CallRefusal`.
///
/// Methods find the result in `CallAuthentication.current`, also while a streaming response is produced. A call without
/// an authenticated client ends with the status of `CallRefusal` if the requirement is `required`.
public struct ClientCertificateInterceptor: ServerInterceptor {
    /// How calls without an authenticated client are treated.
    public enum Requirement: Sendable, Hashable {
        /// They are refused.
        case required
        /// They reach the method without a principal; `CallAuthentication` contains the reason.
        case optional
    }

    private let authentication: NIOSSLClientAuthentication
    private let requirement: Requirement
    private let monitor = CallMonitor()

    /// Creates an interceptor.
    ///
    /// - Parameters:
    ///   - authentication: the same object that provides the transport's verification callback, because it remembers
    ///     the clients' issuers.
    ///   - requirement: whether anonymous calls are refused.
    public init(_ authentication: NIOSSLClientAuthentication, requirement: Requirement = .required) {
        self.authentication = authentication
        self.requirement = requirement
    }

    /// Authenticates the call, then forwards it or refuses it.
    ///
    /// - Throws: `RPCError` with the status of `CallRefusal`.
    public func intercept<Input: Sendable, Output: Sendable>(
        request: StreamingServerRequest<Input>,
        context: ServerContext,
        next: @Sendable (StreamingServerRequest<Input>, ServerContext) async throws -> StreamingServerResponse<Output>
    ) async throws -> StreamingServerResponse<Output> {
        let client = TransportClient(context, authentication)
        let connection = ConnectionAuthentication(
            authenticator: authentication.authenticator,
            chain: client.chain,
            facts: client.facts
        )
        let result = await connection.authenticate()
        if requirement == .required, let refusal = CallRefusal(result) {
            if result.failure == nil {
                let failure = AuthenticationFailure(code: refusal.code, message: "the call needs a client certificate")
                let refused = RefusedClient(facts: client.facts, leaf: client.chain?.derEncoded.first)
                _ = authentication.authenticator.report(failure, of: refused)
            }
            throw refusal.counted.error
        }
        let call = CallAuthentication(result: result, authenticator: authentication.authenticator, context)
        guard let known = result.client else { return try await serve(call, request, context, next) }
        // The path of a resumed session was built from this memory, so it adds nothing.
        if !known.facts.isResumed { authentication.remember(known) }
        let watch = CallWatch(connection, context.cancellation, monitor)
        var watched = request
        watched.messages = watch.messages(request.messages)
        var response = try await withoutActuallyEscaping(next) { next in
            try await watch.run { [watched] in try await self.serve(call, watched, context, next) }
        }
        if case .success(var contents) = response.accepted {
            let producer = contents.producer
            contents.producer = { writer in try await watch.run { try await producer(watch.writer(writer)) } }
            response.accepted = .success(contents)
        }
        return response
    }

    private func serve<Input: Sendable, Output: Sendable>(
        _ call: CallAuthentication,
        _ request: StreamingServerRequest<Input>,
        _ context: ServerContext,
        _ next: @Sendable (StreamingServerRequest<Input>, ServerContext) async throws -> StreamingServerResponse<Output>
    ) async throws -> StreamingServerResponse<Output> {
        var response = try await CallAuthentication.$current.withValue(call) { try await next(request, context) }
        // The response is produced after the interceptors have returned.
        if case .success(var contents) = response.accepted {
            let producer = contents.producer
            contents.producer = { writer in
                try await CallAuthentication.$current.withValue(call) { try await producer(writer) }
            }
            response.accepted = .success(contents)
        }
        return response
    }
}
#endif
