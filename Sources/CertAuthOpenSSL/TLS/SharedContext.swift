// SPDX-License-Identifier: Apache-2.0
// The owner of one SSL_CTX: created once, then shared by many connections.

import COpenSSL

/// One `SSL_CTX`, with the settings of the policy that it was created for.
///
/// Connections of other policies set what differs themselves (`TLSContext.apply`).
///
/// Sendable because nothing changes it after `init`, and OpenSSL protects the counters and caches inside an `SSL_CTX`
/// with its own locks.
final class SharedContext: @unchecked Sendable {
    /// What a connection cannot set itself. Policies with equal traits can share an `SSL_CTX`.
    struct Traits: Hashable, Sendable {
        private let storesSessions: Bool
        private let selectsProtocols: Bool
        private let sessionLifetimeSeconds: Int
        private let maximumPresentedBytes: Int
        /// The names of authorities, if they are too many to be copied for each connection.
        let longNames: [[UInt8]]?

        /// The maximum size of names that a connection copies. This is about ten names, which take 10 us.
        private static let copiedBytes = 1_024

        init(_ settings: TLSServerSettings) {
            storesSessions = settings.keptSessions != nil
            selectsProtocols = !ApplicationProtocolList(settings.applicationProtocols).isEmpty
            sessionLifetimeSeconds = settings.sessionLifetimeSeconds
            maximumPresentedBytes = settings.maximumPresentedBytes
            let size = settings.authorityNames.reduce(0) { $0 + $1.count }
            longNames = size > Self.copiedBytes ? settings.authorityNames : nil
        }
    }

    /// Whether clients' certificates are decoded outside of the default library context.
    let usesDecodingContext: Bool
    /// The identities of connections that have none of their own.
    let identities: [TLSIdentity]
    /// The names of authorities that connections send unless they have names of their own.
    let authorityNames: [[UInt8]]
    private let pointer: OpaquePointer

    /// ECDHE with AEAD only. OpenSSL configures the suites of TLS 1.3 separately.
    private static let cipherList = "ECDHE+AESGCM:ECDHE+CHACHA20"
    /// In TLS 1.2 clients' keys must be on one of these curves too (RFC 8422 section 5.5), so every curve that the
    /// checks accept must be among them.
    private static let groups = "X25519:P-256:P-384:P-521"

    /// Creates the context of a server.
    ///
    /// - Throws: `OpenSSLError`, for instance if the key does not belong to the certificate.
    init(server settings: TLSServerSettings) throws(OpenSSLError) {
        guard LibraryContext.withoutKeys.pointer != nil, TLSContext.withoutKeys != nil else {
            throw OpenSSLError(operation: "OSSL_PROVIDER_load: no null provider", entries: [])
        }
        // Both library contexts provide the algorithms of the default provider. Nil is the default context.
        let library = Tuning.handshakeContext
        let context = try checked("SSL_CTX_new_ex") { SSL_CTX_new_ex(library, nil, TLS_server_method()) }
        pointer = context
        usesDecodingContext = library != nil
        identities = settings.identities
        authorityNames = settings.authorityNames
        try Self.harden(context)
        for identity in settings.identities { try Self.use(identity, in: context) }
        try checkedStatus("SSL_CTX_set_min_proto_version") {
            CA_SSL_CTX_set_min_proto_version(context, settings.minimumVersion.protocolNumber)
        }
        // A system-wide configuration file may have set another maximum. Tickets need TLS 1.3 to be offered.
        try checkedStatus("SSL_CTX_set_max_proto_version") {
            CA_SSL_CTX_set_max_proto_version(context, TLSVersion.tls13.protocolNumber)
        }
        try Self.turnOffSessions(in: context, sessionIDContext: settings.sessionIDContext)
        CA_SSL_CTX_set_max_cert_list(context, settings.maximumPresentedBytes)
        try Self.send(settings.authorityNames, from: context)
        TLSCallbacks.install(on: context, request: settings.request)
        StatusRequest.install(on: context)
        // OpenSSL takes these from the connection's first context, whichever context it adopts for the server name.
        try TicketCallbacks.install(on: context)
        SessionCallbacks.install(on: context)
        if settings.sessionLifetimeSeconds > 0 { SSL_CTX_set_timeout(context, settings.sessionLifetimeSeconds) }
        if settings.ticketKeyring != nil { SSL_CTX_clear_options(context, CA_SSL_OP_NO_TICKET) }
        if settings.keptSessions != nil { CA_SSL_CTX_set_session_cache_external(context) }
        if !ApplicationProtocolList(settings.applicationProtocols).isEmpty {
            TLSCallbacks.installProtocolSelection(on: context)
        }
    }

    /// Creates the context of a client.
    init(client settings: TLSClientSettings) throws(OpenSSLError) {
        let context = try checked("SSL_CTX_new") { SSL_CTX_new(TLS_client_method()) }
        pointer = context
        usesDecodingContext = false
        identities = [settings.identity].compactMap(\.self)
        authorityNames = []
        try Self.harden(context)
        if let identity = settings.identity { try Self.use(identity, in: context) }
        if let algorithms = settings.signatureAlgorithms {
            try checkedStatus("SSL_CTX_set1_sigalgs_list") { CA_SSL_CTX_set1_sigalgs_list(context, algorithms) }
        }
        try checkedStatus("SSL_CTX_set_min_proto_version") {
            CA_SSL_CTX_set_min_proto_version(context, settings.minimumVersion.protocolNumber)
        }
        try checkedStatus("SSL_CTX_set_max_proto_version") {
            CA_SSL_CTX_set_max_proto_version(context, settings.maximumVersion.protocolNumber)
        }
        let store = try checked("SSL_CTX_get_cert_store") { SSL_CTX_get_cert_store(context) }
        for root in settings.trustedRoots {
            try root.withPointer { root throws(OpenSSLError) in
                _ = try checkedStatus("X509_STORE_add_cert") { X509_STORE_add_cert(store, root) }
            }
        }
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
        if !settings.takesTickets { SSL_CTX_set_options(context, CA_SSL_OP_NO_TICKET) }
        if !settings.bindsMasterSecret { SSL_CTX_set_options(context, CA_SSL_OP_NO_EXTENDED_MASTER_SECRET) }
        if settings.answersLateRequests {
            SSL_CTX_set_post_handshake_auth(context, 1)
            SSL_CTX_clear_options(context, CA_SSL_OP_NO_RENEGOTIATION)
        }
    }

    /// Creates the context of connections whose client is refused for what it presented.
    init(refusing: Void) throws(OpenSSLError) {
        pointer = try checked("SSL_CTX_new") { SSL_CTX_new(TLS_server_method()) }
        usesDecodingContext = false
        identities = []
        authorityNames = []
        try Self.harden(pointer)
        TLSCallbacks.install(on: pointer, request: .never)
    }

    deinit { SSL_CTX_free(pointer) }

    /// Lends the `SSL_CTX *` for the duration of the closure.
    func withPointer<Result, Failure: Error>(
        _ body: (OpaquePointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(pointer)
    }

    private static func harden(_ context: OpaquePointer) throws(OpenSSLError) {
        SSL_CTX_set_security_level(context, 2)
        SSL_CTX_set_options(
            context,
            CA_SSL_OP_NO_COMPRESSION | CA_SSL_OP_NO_RENEGOTIATION | CA_SSL_OP_CIPHER_SERVER_PREFERENCE
                | CA_SSL_OP_NO_RX_CERTIFICATE_COMPRESSION
        )
        // A system-wide configuration file may have disabled the extended master secret, which TLS 1.2 sessions
        // require.
        SSL_CTX_clear_options(context, CA_SSL_OP_NO_EXTENDED_MASTER_SECRET)
        CA_SSL_CTX_set_server_mode(context)
        try checkedStatus("SSL_CTX_set_cipher_list") { SSL_CTX_set_cipher_list(context, cipherList) }
        try checkedStatus("SSL_CTX_set1_groups_list") { CA_SSL_CTX_set1_groups_list(context, groups) }
    }

    /// Adds an identity to those of `context`. OpenSSL keeps one for each kind of key.
    private static func use(_ identity: TLSIdentity, in context: OpaquePointer) throws(OpenSSLError) {
        guard let leaf = identity.chain.first else {
            throw OpenSSLError(operation: "SSL_CTX_use_certificate: the identity contains no certificate", entries: [])
        }
        try leaf.withPointer { leaf throws(OpenSSLError) in
            _ = try checkedStatus("SSL_CTX_use_certificate") { SSL_CTX_use_certificate(context, leaf) }
        }
        for issuer in identity.chain.dropFirst() {
            try issuer.withPointer { issuer throws(OpenSSLError) in
                _ = try checkedStatus("SSL_CTX_add1_chain_cert") { CA_SSL_CTX_add1_chain_cert(context, issuer) }
            }
        }
        try identity.key.withPointer { key throws(OpenSSLError) in
            _ = try checkedStatus("SSL_CTX_use_PrivateKey") { SSL_CTX_use_PrivateKey(context, key) }
        }
        try checkedStatus("SSL_CTX_check_private_key") { SSL_CTX_check_private_key(context) }
    }

    /// Disables the cache and tickets, so that each handshake is a full one. The session ID context is set all the
    /// same: without it OpenSSL refuses connections with client certificates.
    private static func turnOffSessions(
        in context: OpaquePointer,
        sessionIDContext: [UInt8]
    ) throws(OpenSSLError) {
        CA_SSL_CTX_set_session_cache_off(context)
        SSL_CTX_set_options(context, CA_SSL_OP_NO_TICKET)
        try checkedStatus("SSL_CTX_set_num_tickets") { SSL_CTX_set_num_tickets(context, 0) }
        try checkedStatus("SSL_CTX_set_session_id_context") {
            SSL_CTX_set_session_id_context(context, sessionIDContext, UInt32(sessionIDContext.count))
        }
    }

    private static func send(_ authorities: [[UInt8]], from context: OpaquePointer) throws(OpenSSLError) {
        guard !authorities.isEmpty else { return }
        SSL_CTX_set0_CA_list(context, try NameStack.created(of: authorities))
    }
}
