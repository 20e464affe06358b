// SPDX-License-Identifier: Apache-2.0
// Why a server cannot be made.

#if Hummingbird
/// Why a server cannot be made.
public enum CertAuthServerError: Error, Equatable, Sendable {
    /// An ALPN name is offered that the server does not speak.
    case protocolNotServed(name: String, served: [String])
}

extension CertAuthServerError: CustomStringConvertible {
    /// What is wrong, what was found and what would be right.
    public var description: String {
        switch self {
        case .protocolNotServed(let name, let served):
            "ALPN name '\(name)' is offered, but the server supports only \(served.joined(separator: ", ")): "
                + "choose .http2Upgrade, or leave applicationProtocols empty"
        }
    }
}
#endif
