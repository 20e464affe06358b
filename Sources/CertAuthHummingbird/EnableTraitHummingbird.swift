// SPDX-License-Identifier: Apache-2.0
// Without the trait, only the names of the public types are compiled, so that the compiler's errors name the trait.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

#if !Hummingbird
public import CertAuth
public import CertAuthTLS

@available(*, unavailable, message: "enable the trait Hummingbird of the package CertAuth: traits: [\"Hummingbird\"]")
public struct EnableTraitHummingbird: Sendable {
    public init() {}
    public init(_ policy: AuthorizationPolicy, asksLate: Bool = true, certificateHost: String? = nil) {}
    public init(_ forwarding: CertificateForwarding, authenticator: CertificateAuthenticator) throws {}
    public init(tls: TLSServerConfiguration, servesProxies: Bool = true) throws {}
}

@available(*, unavailable, message: "enable the trait Hummingbird of the package CertAuth: traits: [\"Hummingbird\"]")
public typealias AuthorizationMiddleware = EnableTraitHummingbird

@available(*, unavailable, message: "enable the trait Hummingbird of the package CertAuth: traits: [\"Hummingbird\"]")
public typealias BasicClientCertificateRequestContext = EnableTraitHummingbird

@available(*, unavailable, message: "enable the trait Hummingbird of the package CertAuth: traits: [\"Hummingbird\"]")
public typealias CertAuthServer = EnableTraitHummingbird

@available(*, unavailable, message: "enable the trait Hummingbird of the package CertAuth: traits: [\"Hummingbird\"]")
public typealias CertificateForwardingMiddleware = EnableTraitHummingbird

@available(*, unavailable, message: "enable the trait Hummingbird of the package CertAuth: traits: [\"Hummingbird\"]")
public typealias OptionalClientCertificateMiddleware = EnableTraitHummingbird

@available(*, unavailable, message: "enable the trait Hummingbird of the package CertAuth: traits: [\"Hummingbird\"]")
public typealias ClientCertificateRefusal = EnableTraitHummingbird

@available(*, unavailable, message: "enable the trait Hummingbird of the package CertAuth: traits: [\"Hummingbird\"]")
public typealias ClientCertificateStorage = EnableTraitHummingbird

@available(*, unavailable, message: "enable the trait Hummingbird of the package CertAuth: traits: [\"Hummingbird\"]")
public typealias ServedHTTP = EnableTraitHummingbird

@available(*, unavailable, message: "enable the trait Hummingbird of the package CertAuth: traits: [\"Hummingbird\"]")
public protocol ClientCertificateRequestContext {}
#endif
