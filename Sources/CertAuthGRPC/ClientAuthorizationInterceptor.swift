// SPDX-License-Identifier: Apache-2.0
// Stands before the methods that not every client may call.

#if GRPC
public import CertAuth
public import GRPCCore
public import Logging

/// Lets those clients call that a policy allows; to stand behind `ClientCertificateInterceptor`.
///
///     interceptorPipeline: [
///         .apply(ClientCertificateInterceptor(authentication), to: .all),
///         .apply(ClientAuthorizationInterceptor(.claim(.email, anyOf: ["a@b.example"])), to: .services([admin])),
///     ]
///
/// An anonymous call is `UNAUTHENTICATED`, a client that is denied `PERMISSION_DENIED` with `not-authorized`; the reason
/// goes to the log alone.
public struct ClientAuthorizationInterceptor: ServerInterceptor {
    private let policy: AuthorizationPolicy
    private let logger: Logger

    /// Makes an interceptor that asks `policy` about every call.
    public init(_ policy: AuthorizationPolicy, logger: Logger = Logger(label: "certauth.grpc")) {
        self.policy = policy
        self.logger = logger
    }

    /// Asks the policy, then hands the call on or refuses it.
    ///
    /// - Throws: `RPCError` with the status of `CallRefusal`; `no-certificate` where no `ClientCertificateInterceptor`
    ///   stands before this one.
    public func intercept<Input: Sendable, Output: Sendable>(
        request: StreamingServerRequest<Input>,
        context: ServerContext,
        next: @Sendable (StreamingServerRequest<Input>, ServerContext) async throws -> StreamingServerResponse<Output>
    ) async throws -> StreamingServerResponse<Output> {
        guard let call = CallAuthentication.current(in: context) else { throw CallRefusal(.noCertificate).error }
        let client = try call.requireClient()
        // Logged and counted by the authenticator, as any refusal.
        let result = await call.authenticator.authorize(.success(client), by: policy)
        if let failure = result.failure {
            logger.debug(
                "call refused: \(failure.message)",
                metadata: LogMetadata(.code, failure.code).with(.identifier, failure.identifier)
                    .with(.remoteMethod, context.descriptor.fullyQualifiedMethod).values
            )
            throw CallRefusal(failure).counted.error
        }
        return try await next(request, context)
    }
}
#endif
