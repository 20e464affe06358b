// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthTLS
import NIOCore
import NIOHTTP1

/// Builds the pipeline of a connection, from TLS to the request gate.
struct ConnectionSetup: Sendable {
    private let tls: TLSServerContext?
    private let http2: HTTP2Offer
    let gate: RequestGate
    let limits: HTTPSListenerLimits

    init(configuration: HTTPSListenerConfiguration, handler: @escaping HTTPSListener.Handler) throws {
        limits = configuration.limits
        http2 = configuration.http2
        guard !configuration.isSwitched else { throw ListenerError.notReloadable }
        switch configuration.security {
        case .tls(let settings):
            let prepared = try Self.prepared(settings, forwarding: configuration.forwarding, http2: http2)
            tls = try TLSServerContext(configuration: prepared, hasRequestGate: true)
        case .plain:
            guard http2 == .none else { throw ListenerError.http2WithoutTLS }
            tls = nil
        }
        let forwarding = try configuration.forwardingGate()
        gate = RequestGate(
            requirement: configuration.requirement,
            handler: handler,
            asksLate: configuration.asksLate,
            authorization: configuration.authorization,
            admitsPreflight: configuration.admitsPreflight,
            certificateHost: try configuration.checkedCertificateHost(),
            servesTrace: configuration.servesTrace,
            forwarding: ForwardingInForce(forwarding),
            exposesFailureDetails: configuration.exposesFailureDetails,
            refusalForm: RefusalForm(page: configuration.refusalPage),
            logger: configuration.logger
        )
    }

    /// Applies the TLS settings and the forwarding of `configuration` to all requests from now on.
    ///
    /// - Parameter beforeUse: runs when the configuration is known to be usable, before any request uses it.
    func reload(_ configuration: HTTPSListenerConfiguration, beforeUse: () -> Void = {}) throws {
        guard !configuration.isSwitched else { throw ListenerError.notReloadable }
        let forwarding = try configuration.forwardingGate()
        switch (configuration.security, tls) {
        case (.tls(let settings), let tls?):
            let prepared = try Self.prepared(settings, forwarding: configuration.forwarding, http2: http2)
            try tls.reload(prepared, beforeUse: beforeUse)
        case (.plain, nil): beforeUse()
        case (.tls, nil), (.plain, _?): throw ListenerError.notReloadable
        }
        gate.forwarding.replace(with: forwarding)
    }

    private static func prepared(
        _ settings: TLSServerConfiguration,
        forwarding: CertificateForwarding?,
        http2: HTTP2Offer
    ) throws -> TLSServerConfiguration {
        var settings = settings
        settings.addAuthorityHints(of: forwarding)
        try settings.offer(http2)
        return settings
    }

    func install(in channel: any Channel) throws {
        let pipeline = channel.pipeline.syncOperations
        if let tls {
            try pipeline.addHandler(TLSServerHandler(context: tls))
        } else {
            try pipeline.addHandler(PlainClosingHandler())
        }
        if http2 == .none {
            try installHTTP1(in: channel)
        } else {
            try pipeline.addHandler(ProtocolSelectionHandler(setup: self))
        }
    }

    /// Adds the handlers of HTTP/1.1 at the end of the pipeline.
    func installHTTP1(in channel: any Channel) throws {
        var decoderLimits = NIOHTTPDecoderLimitConfiguration()
        decoderLimits.maxHeaderFieldSize = limits.headerBytes
        decoderLimits.maxHeaderListSize = limits.headerBytes
        let decoder = HTTPRequestDecoder(
            leftOverBytesStrategy: .dropBytes,
            informationalResponseStrategy: .drop,
            limitConfiguration: decoderLimits
        )
        let bounds = RequestBounds()
        let parts = DecodedParts()
        try channel.pipeline.syncOperations.addHandlers(
            RequestBytesHandler(bounds: bounds),
            HTTPResponseEncoder(),
            // After an upgrade request the decoder stops reading; further input must not accumulate without bound.
            ByteToMessageHandler(
                RequestDecoder(decoder, announcingTo: parts),
                maximumBufferSize: limits.headerBytes + 64 * 1024
            ),
            HTTP1ConnectionHandler(gate: gate, limits: limits, bounds: bounds, parts: parts, isSecure: tls != nil)
        )
    }
}
