// SPDX-License-Identifier: Apache-2.0

#if Hummingbird
/// Why a server cannot be created.
public enum CertAuthServerError: Error, Equatable, Sendable {
    /// An ALPN name is configured for a protocol that the server does not support.
    case protocolNotServed(name: String, served: [String])
}

extension CertAuthServerError: CustomStringConvertible {
    /// What is wrong, what was found and what was expected.
    public var description: String {
        switch self {
        case .protocolNotServed(let name, let served):
            "ALPN name '\(name)' is offered, but the server supports only \(served.joined(separator: ", ")): "
                + "choose .http2Upgrade, or leave applicationProtocols empty"
        }
    }
}
#endif
