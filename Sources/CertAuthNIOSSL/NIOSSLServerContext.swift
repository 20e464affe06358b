// SPDX-License-Identifier: Apache-2.0
// The pipeline of a server on swift-nio-ssl that lets nobody in unjudged.

#if NIOSSL
internal import CertAuthTLS
public import NIOCore
public import NIOSSL
internal import Synchronization

/// Adds NIOSSL and our gate to the pipelines of a server: the strict way, for servers that build their own.
///
/// A full handshake is refused in the handshake. Every connection, resumed ones too, is then authenticated, hooks
/// included, and neither `TLSUserEvent.handshakeCompleted` nor a byte of plaintext passes before the client is let in;
/// one that is not let in is closed. When the verdict ends or comes into doubt while the connection is open, the client is
/// judged again, and who is refused then is closed on, after a `ClientRefusal` as user inbound event. Behind the gate, `ConnectionAuthentication` comes as a user inbound event right
/// before `handshakeCompleted`, and `NIOSSLClientAuthentication.authentication(on:)` answers with the same.
public struct NIOSSLServerContext: Sendable {
    /// What judges the clients.
    package let authentication: NIOSSLClientAuthentication
    /// From the connection's start to the release of its first plaintext, hooks included; 10 s.
    public var handshakeTimeout = TimeAmount.seconds(10)
    /// Bytes of application data held while a client is judged; 512 KiB, as in `TLSServerLimits`.
    public var heldBytes = TLSServerLimits().heldBytes
    /// How long requests in flight may take on an open connection whose client is refused; as in `TLSServerLimits`.
    public var refusalGrace = TLSServerLimits().refusalGrace

    private let context: NIOSSLContext
    private let demandsCertificate: Bool

    /// Makes NIOSSL's context.
    ///
    /// - Parameter configuration: a server's. `.noHostnameVerification` and `.fullVerification` demand a certificate,
    ///   `.optionalVerification` lets clients without one in as anonymous. `trustRoots` trusts nobody here; with
    ///   `sendCANameList` it names the authorities to clients. Versions below TLS 1.2 are not spoken.
    /// - Throws: `NIOSSLConfigurationError` for a configuration that asks no client, or that would send more names of
    ///   authorities than a handshake can hold, and what NIOSSL throws. The names in a directory are not counted.
    public init(configuration: TLSConfiguration, authentication: NIOSSLClientAuthentication) throws {
        switch configuration.certificateVerification {
        case .fullVerification, .noHostnameVerification:
            demandsCertificate = true
        case .none(let options):
            guard options.validatePresentedCertificates else { throw NIOSSLConfigurationError.clientsAreNotAsked }
            demandsCertificate = false
        }
        var configuration = configuration
        switch configuration.minimumTLSVersion {
        case .tlsv1, .tlsv11: configuration.minimumTLSVersion = .tlsv12
        case .tlsv12, .tlsv13: break
        }
        if configuration.sendCANameList { try AuthorityNameList(of: configuration).requireFit() }
        context = try NIOSSLContext(configuration: configuration)
        self.authentication = authentication
    }

    /// Adds the two handlers at the end of a new connection's pipeline; to be called on its event loop.
    public func addHandlers(to channel: any Channel) throws {
        let presented = PresentedInHandshake()
        let tls = NIOSSLServerHandler(context: context) { [authentication] certificates, promise in
            authentication.verify(certificates, onAcceptance: presented.set, promise)
        }
        let settings = ClientAdmissionSettings(
            demandsCertificate: demandsCertificate,
            handshakeTimeout: handshakeTimeout,
            heldBytes: heldBytes,
            refusalGrace: refusalGrace
        )
        let gate = ClientAdmissionHandler(adapter: authentication, settings: settings, presented: presented)
        try channel.pipeline.syncOperations.addHandler(tls)
        try channel.pipeline.syncOperations.addHandler(gate)
    }
}

/// The chain of one connection's full handshake; nothing in it after a resumption.
final class PresentedInHandshake: Sendable {
    private let chain = Mutex<[[UInt8]]?>(nil)

    var certificates: [[UInt8]]? { chain.withLock { $0 } }

    func set(_ certificates: [[UInt8]]) { chain.withLock { $0 = certificates } }
}
#endif
