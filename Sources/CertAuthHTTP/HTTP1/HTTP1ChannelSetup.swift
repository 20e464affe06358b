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
        switch configuration.security {
        case .tls(let settings):
            let prepared = try Self.prepared(settings, forwarding: configuration.forwarding)
            tls = try TLSServerContext(configuration: prepared, hasRequestGate: true)
        case .plain:
            tls = nil
        }
        let forwarding = try configuration.forwardingGate()
        gate = RequestGate(
            requirement: configuration.requirement,
            handler: handler,
            asksLate: configuration.asksLate,
            forwarding: forwarding,
            exposesFailureDetails: configuration.exposesFailureDetails,
            logger: configuration.logger
        )
    }

    /// New connections are served under `settings`.
    func reload(_ settings: TLSServerConfiguration) throws {
        guard let tls, gate.forwarding == nil else { throw ListenerError.notReloadable }
        try tls.reload(Self.prepared(settings, forwarding: nil))
    }

    private static func prepared(
        _ settings: TLSServerConfiguration,
        forwarding: CertificateForwarding?
    ) throws -> TLSServerConfiguration {
        var settings = settings
        // Forwarded certificates are judged by one authenticator, whatever the name of the hop.
        guard forwarding == nil || settings.namedPolicies.isEmpty else {
            throw ListenerError.forwardingWithNamedPolicies
        }
        settings.hintAlsoAt(forwarding)
        if settings.applicationProtocols.isEmpty { settings.applicationProtocols = ["http/1.1"] }
        return settings
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
        let bounds = RequestBounds()
        try pipeline.addHandlers(
            RequestBytesHandler(bounds: bounds),
            HTTPResponseEncoder(),
            // Behind a request to upgrade the decoder reads no more: what comes must not pile up.
            ByteToMessageHandler(decoder, maximumBufferSize: limits.headerBytes + 64 * 1024),
            HTTP1ConnectionHandler(gate: gate, limits: limits, bounds: bounds, isSecure: tls != nil)
        )
    }
}
