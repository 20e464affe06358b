// SPDX-License-Identifier: Apache-2.0
// Without the trait, only the names of the public types are compiled, so that the compiler's errors name the trait.
// swift-format-ignore-file: AllPublicDeclarationsHaveDocumentation

#if !NIOSSL
public import CertAuth

@available(*, unavailable, message: "enable the trait NIOSSL of the package CertAuth: traits: [\"NIOSSL\"]")
public struct EnableTraitNIOSSL: Sendable {
    public init(authenticator: CertificateAuthenticator, rememberedClients: Int = 1024) {}
    public init<Configuration>(configuration: Configuration, authentication: EnableTraitNIOSSL) throws {}
}

@available(*, unavailable, message: "enable the trait NIOSSL of the package CertAuth: traits: [\"NIOSSL\"]")
public typealias ClientAdmissionError = EnableTraitNIOSSL

@available(*, unavailable, message: "enable the trait NIOSSL of the package CertAuth: traits: [\"NIOSSL\"]")
public typealias NIOSSLClientAuthentication = EnableTraitNIOSSL

@available(*, unavailable, message: "enable the trait NIOSSL of the package CertAuth: traits: [\"NIOSSL\"]")
public typealias NIOSSLConfigurationError = EnableTraitNIOSSL

@available(*, unavailable, message: "enable the trait NIOSSL of the package CertAuth: traits: [\"NIOSSL\"]")
public typealias NIOSSLServerContext = EnableTraitNIOSSL
#endif
