// SPDX-License-Identifier: Apache-2.0

#if GRPC
public import CertAuth
public import GRPCCore
public import Logging

/// Restricts methods to the clients that a policy allows. It must follow `ClientCertificateInterceptor`.
///
///     interceptorPipeline: [
///         .apply(ClientCertificateInterceptor(authentication), to: .all),
///         .apply(ClientAuthorizationInterceptor(.claim(.email, anyOf: ["a@b.example"])), to: .services([admin])),
///     ]
///
/// An anonymous call ends with `UNAUTHENTICATED`, and a denied client receives `PERMISSION_DENIED` with
/// `not-authorized`. The reason is only logged.
public struct ClientAuthorizationInterceptor: ServerInterceptor {
    private let policy: AuthorizationPolicy
    private let logger: Logger

    /// Creates an interceptor that applies `policy` to every call.
    public init(_ policy: AuthorizationPolicy, logger: Logger = Logger(label: "certauth.grpc")) {
        self.policy = policy
        self.logger = logger
    }

    /// Applies the policy, then forwards the call or refuses it.
    ///
    /// - Throws: `RPCError` with the status of `CallRefusal`; `no-certificate` if no `ClientCertificateInterceptor`
    ///   precedes this one.
    public func intercept<Input: Sendable, Output: Sendable>(
        request: StreamingServerRequest<Input>,
        context: ServerContext,
        next: @Sendable (StreamingServerRequest<Input>, ServerContext) async throws -> StreamingServerResponse<Output>
    ) async throws -> StreamingServerResponse<Output> {
        guard let call = CallAuthentication.current(in: context) else { throw CallRefusal(.noCertificate).error }
        let client = try call.requireClient()
        // The authenticator logs and counts this like any other refusal.
        let result = await call.authenticator.authorize(.success(client), by: policy)
        if let failure = result.failure {
            logger.debug(
                "call refused",
                metadata: LogMetadata(.code, failure.code).with(.identifier, failure.decision)
                    .with(.reason, failure.message)
                    .with(.remoteMethod, context.descriptor.fullyQualifiedMethod).values
            )
            throw CallRefusal(failure).counted.error
        }
        return try await next(request, context)
    }
}
#endif
