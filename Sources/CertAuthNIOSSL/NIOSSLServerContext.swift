// SPDX-License-Identifier: Apache-2.0

#if NIOSSL
internal import CertAuthTLS
public import NIOCore
public import NIOSSL
internal import Synchronization

/// Adds NIOSSL and CertAuth's admission handler to the pipelines of a server; the strict integration, for servers that
/// build their own pipelines.
///
/// An invalid certificate fails a full handshake. Every connection, resumed or not, is then authenticated, including
/// hooks. Neither `TLSUserEvent.handshakeCompleted` nor any plaintext passes before the client is admitted, and the
/// connection of a refused client is closed.
///
/// The client is authenticated again when its verdict expires or its basis changes while the connection is open. If it
/// is then refused, a `ClientRefusal` is fired as a user inbound event, and the connection is closed. Handlers behind
/// the admission handler receive `ConnectionAuthentication` as a user inbound event right before `handshakeCompleted`;
/// `NIOSSLClientAuthentication.authentication(on:)` returns the same object.
public struct NIOSSLServerContext: Sendable {
    /// Validates the clients.
    package let authentication: NIOSSLClientAuthentication
    /// The maximum time from the start of the connection to its first plaintext, including hooks; 10 s. A person who has to
    /// choose the certificate and type a PIN needs 60 s. Nothing here bounds how many connections wait.
    public var handshakeTimeout = TLSServerLimits().unattendedTimeout
    /// Bytes of application data that are buffered while a client is authenticated; 512 KiB, as in `TLSServerLimits`.
    public var heldBytes = TLSServerLimits().heldBytes
    /// How long requests in flight may still take once their admitted client is refused; as in `TLSServerLimits`.
    public var refusalGrace = TLSServerLimits().refusalGrace

    private let context: NIOSSLContext
    private let demandsCertificate: Bool

    /// Creates the context with its NIOSSL context.
    ///
    /// - Parameter configuration: a server configuration. `.noHostnameVerification` and `.fullVerification` require a
    ///   certificate; `.optionalVerification` admits clients without one as anonymous. `trustRoots` has no effect on
    ///   trust; with `sendCANameList` it names authorities to clients. TLS versions below 1.2 are not supported.
    /// - Throws: `NIOSSLConfigurationError` if the configuration never asks for a certificate, or if the names of
    ///   authorities do not fit in a CertificateRequest; also the errors of NIOSSL. Names loaded from a
    ///   directory of `trustRoots` are not counted.
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

    /// Adds the two handlers at the end of a new connection's pipeline. Must be called on its event loop.
    public func addHandlers(to channel: any Channel) throws {
        let presented = HandshakeChain()
        let tls = NIOSSLServerHandler(context: context) { [authentication] certificates, promise in
            authentication.verify(certificates, onAcceptance: presented.set, promise)
        }
        let settings = ClientAdmissionSettings(
            demandsCertificate: demandsCertificate,
            handshakeTimeout: TimeAmount(handshakeTimeout),
            heldBytes: heldBytes,
            refusalGrace: TimeAmount(refusalGrace)
        )
        let gate = ClientAdmissionHandler(adapter: authentication, settings: settings, presented: presented)
        try channel.pipeline.syncOperations.addHandler(tls)
        try channel.pipeline.syncOperations.addHandler(gate)
    }
}

/// The chain that was presented in a connection's full handshake; nil after a resumption.
final class HandshakeChain: Sendable {
    private let chain = Mutex<[[UInt8]]?>(nil)

    var certificates: [[UInt8]]? { chain.withLock { $0 } }

    func set(_ certificates: [[UInt8]]) { chain.withLock { $0 = certificates } }
}
#endif
