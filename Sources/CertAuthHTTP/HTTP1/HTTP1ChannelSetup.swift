// SPDX-License-Identifier: Apache-2.0
// The handlers of one connection, from TLS to the gate.

import CertAuth
import CertAuthTLS
import NIOCore
import NIOHTTP1

/// Builds the pipeline of one HTTP/1.1 connection.
struct HTTP1ChannelSetup: Sendable {
    private let tls: TLSServerContext?
    private let gate: RequestGate
    private let limits: HTTPSListenerLimits

    init(configuration: HTTPSListenerConfiguration, handler: @escaping HTTPSListener.Handler) throws {
        limits = configuration.limits
        var authenticator: CertificateAuthenticator?
        switch configuration.security {
        case .tls(var settings):
            settings.hintAlsoAt(configuration.forwarding)
            if settings.applicationProtocols.isEmpty { settings.applicationProtocols = ["http/1.1"] }
            authenticator = settings.authenticator
            tls = try TLSServerContext(configuration: settings, hasRequestGate: true)
        case .plain:
            tls = nil
        }
        let forwarding = try configuration.forwardingGate()
        gate = RequestGate(
            requirement: configuration.requirement,
            handler: handler,
            authenticator: authenticator ?? forwarding?.authenticator,
            forwarding: forwarding,
            exposesFailureDetails: configuration.exposesFailureDetails,
            logger: configuration.logger
        )
    }

    func install(in channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        if let tls { try pipeline.addHandler(TLSServerHandler(context: tls)) }
        var decoderLimits = NIOHTTPDecoderLimitConfiguration()
        decoderLimits.maxHeaderFieldSize = limits.headerBytes
        decoderLimits.maxHeaderListSize = limits.headerBytes
        let decoder = HTTPRequestDecoder(
            leftOverBytesStrategy: .dropBytes,
            informationalResponseStrategy: .drop,
            limitConfiguration: decoderLimits
        )
        try pipeline.addHandlers(
            RequestBytesHandler(),
            HTTPResponseEncoder(),
            ByteToMessageHandler(decoder),
            HTTP1ConnectionHandler(gate: gate, limits: limits, isSecure: tls != nil)
        )
    }
}
