// SPDX-License-Identifier: Apache-2.0
// A certificate out of a header: vouched for or not, told apart by type.

/// A chain that a trusted proxy forwarded and said it had verified.
public struct ProxyVerifiedChain: Sendable {
    /// The certificates, leaf first.
    package let presented: PresentedChain

    /// Only a reading of a verified dialect makes one.
    init?(_ certificates: [[UInt8]], dialect: String) {
        let source = PresentedChain.Source.forwarded(dialect: dialect, verifiedByProxy: true)
        guard let chain = PresentedChain(derEncoded: certificates, source: source) else { return nil }
        presented = chain
    }
}

/// A chain that a trusted proxy forwarded without a word about it.
public struct UnverifiedChain: Sendable {
    /// The certificates, leaf first.
    package let presented: PresentedChain

    init?(_ certificates: [[UInt8]], dialect: String) {
        let source = PresentedChain.Source.forwarded(dialect: dialect, verifiedByProxy: false)
        guard let chain = PresentedChain(derEncoded: certificates, source: source) else { return nil }
        presented = chain
    }
}

/// What a trusted proxy forwarded.
public enum ForwardedCertificate: Sendable {
    /// The proxy said that it verified the chain.
    case verified(ProxyVerifiedChain)
    /// It did not.
    case unverified(UnverifiedChain)

    /// The certificates, leaf first.
    package var presented: PresentedChain {
        switch self {
        case .verified(let chain): chain.presented
        case .unverified(let chain): chain.presented
        }
    }
}
