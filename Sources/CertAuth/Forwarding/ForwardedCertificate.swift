// SPDX-License-Identifier: Apache-2.0

/// A chain that a trusted proxy forwarded and stated to have verified.
public struct ProxyVerifiedChain: Sendable {
    /// The certificates, the end-entity certificate first.
    package let presented: PresentedChain

    /// Created only when a verified dialect is read.
    init?(_ certificates: [[UInt8]], dialect: String) {
        let source = PresentedChain.Source.forwarded(dialect: dialect, verifiedByProxy: true)
        guard let chain = PresentedChain(derEncoded: certificates, source: source) else { return nil }
        presented = chain
    }
}

/// A chain that a trusted proxy forwarded without a statement about verification.
public struct UnverifiedChain: Sendable {
    /// The certificates, the end-entity certificate first.
    package let presented: PresentedChain

    init?(_ certificates: [[UInt8]], dialect: String) {
        let source = PresentedChain.Source.forwarded(dialect: dialect, verifiedByProxy: false)
        guard let chain = PresentedChain(derEncoded: certificates, source: source) else { return nil }
        presented = chain
    }
}

/// A certificate that a trusted proxy forwarded.
public enum ForwardedCertificate: Sendable {
    /// The proxy stated that it verified the chain.
    case verified(ProxyVerifiedChain)
    /// The proxy stated nothing about verification.
    case unverified(UnverifiedChain)

    /// The certificates, the end-entity certificate first.
    package var presented: PresentedChain {
        switch self {
        case .verified(let chain): chain.presented
        case .unverified(let chain): chain.presented
        }
    }
}
