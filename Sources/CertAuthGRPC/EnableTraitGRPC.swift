// SPDX-License-Identifier: Apache-2.0
// Without the trait, only the names of the public types are compiled, so that the compiler's errors name the trait.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

#if !GRPC
public import CertAuth

@available(*, unavailable, message: "enable the trait GRPC of the package CertAuth: traits: [\"GRPC\"]")
public struct EnableTraitGRPC: Sendable {
    public init<Authentication>(_ authentication: Authentication) {}
    public static func requireClient() throws -> AuthenticatedClient { throw CancellationError() }
    public static func requirePrincipal() throws -> ClaimsPrincipal { throw CancellationError() }
}

@available(*, unavailable, message: "enable the trait GRPC of the package CertAuth: traits: [\"GRPC\"]")
public typealias CallAuthentication = EnableTraitGRPC

@available(*, unavailable, message: "enable the trait GRPC of the package CertAuth: traits: [\"GRPC\"]")
public typealias ClientAuthorizationInterceptor = EnableTraitGRPC

@available(*, unavailable, message: "enable the trait GRPC of the package CertAuth: traits: [\"GRPC\"]")
public typealias ClientCertificateInterceptor = EnableTraitGRPC
#endif
