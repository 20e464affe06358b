// SPDX-License-Identifier: Apache-2.0
// Stands before the methods of a gRPC server: authenticates every call by its client's certificate.

#if GRPC
internal import CertAuth
public import CertAuthNIOSSL
public import GRPCCore

/// Authenticates every call by the certificate that its client proved in the TLS handshake.
///
/// It works on `HTTP2ServerTransport.Posix`; on other transports, and without TLS, every client is anonymous. The chain
/// is judged at each call by the one engine, hooks included: a certificate that has expired or was revoked since the
/// handshake ends with the next call, and a resumed session, of which the transport keeps the leaf alone, is judged by
/// the leaf and the issuers that are remembered of it. Give the authenticator a cache, so that calls share verdicts.
///
/// A call under way is judged again when its verdict ends or something changes that it rests on. Once its client is
/// refused no message passes, in or out, the end of the client's stream does not reach the method, and the method's task
/// and `ServerContext.cancellation` are cancelled. The status is that of `CallRefusal`.
///
/// What the method may know stands in `CallAuthentication.current`, also while a streaming response is produced. A call
/// without an authenticated client ends with the status of `CallRefusal`.
public struct ClientCertificateInterceptor: ServerInterceptor {
    /// What becomes of calls without an authenticated client.
    public enum Requirement: Sendable, Hashable {
        /// They are refused.
        case required
        /// They reach the method, which finds no principal and the reason in `CallAuthentication`.
        case optional
    }

    private let authentication: NIOSSLClientAuthentication
    private let requirement: Requirement
    private let patrol = CallPatrol()

    /// Makes an interceptor.
    ///
    /// - Parameters:
    ///   - authentication: the one whose callback the transport has, so that it knows the clients' issuers.
    ///   - requirement: refuses anonymous calls unless something else is chosen.
    public init(_ authentication: NIOSSLClientAuthentication, requirement: Requirement = .required) {
        self.authentication = authentication
        self.requirement = requirement
    }

    /// Authenticates the call, then hands it on or refuses it.
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
        if requirement == .required, let refusal = CallRefusal(result) { throw refusal.counted.error }
        let call = CallAuthentication(result: result, authenticator: authentication.authenticator, context)
        guard let known = result.client else { return try await serve(call, request, context, next) }
        // Of a resumed session the path comes from that memory.
        if !known.facts.isResumed { authentication.remember(known) }
        let watch = CallWatch(connection, context.cancellation, patrol)
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
        // The method's answer is produced after the interceptors have returned.
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
