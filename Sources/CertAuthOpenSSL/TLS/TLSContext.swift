// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// The TLS settings of a server's policy or of a client. Policies may share an `SSL_CTX`.
package final class TLSContext: Sendable {
    /// Which side of a connection the context is for.
    package enum Role: Sendable { case server, client }

    package let role: Role
    let applicationProtocols: ApplicationProtocolList
    let request: ClientCertificateRequest
    let sessionIDContext: [UInt8]
    let minimumVersion: TLSVersion
    /// The ticket keys. Nil if there are no tickets.
    let ticketKeyring: TicketKeyring?
    let issuesEarlyTickets: Bool
    /// The lookup of TLS 1.2 sessions by ID. Nil if there are none.
    let keptSessions: KeptSessions?
    let shared: SharedContext
    /// Whether a new connection has these settings without `apply`.
    let isDefaultOfShared: Bool
    /// All identities of a server.
    let identities: [TLSIdentity]
    /// The identities, if they are not those of `shared`.
    let ownIdentities: [TLSIdentity]?
    /// The DER of the names of authorities, if they are not those of `shared`.
    private let ownNames: [[UInt8]]?

    /// Creates the context of a server.
    ///
    /// Everything that OpenSSL may refuse in a handshake is tried, so that an error is found at start-up.
    ///
    /// - Parameters:
    ///   - pool: where the `SSL_CTX` is shared; nil creates one for this context.
    ///   - isDedicated: whether the `SSL_CTX` is created for this context, so that its connections set nothing
    ///     themselves. Other policies of the pool may share it.
    /// - Throws: `OpenSSLError`, for instance if the key does not belong to the certificate.
    package init(
        server settings: TLSServerSettings,
        in pool: TLSContextPool? = nil,
        isDedicated: Bool = true
    ) throws(OpenSSLError) {
        let pool = pool ?? TLSContextPool()
        let (shared, isCreated) = try pool.context(for: settings, isDedicated: isDedicated)
        self.shared = shared
        role = .server
        applicationProtocols = ApplicationProtocolList(settings.applicationProtocols)
        request = settings.request
        sessionIDContext = settings.sessionIDContext
        minimumVersion = settings.minimumVersion
        ticketKeyring = settings.ticketKeyring
        issuesEarlyTickets = settings.issuesEarlyTickets && settings.ticketKeyring != nil
        keptSessions = settings.keptSessions
        isDefaultOfShared = isCreated
        identities = settings.identities
        ownIdentities = shared.identities.elementsEqual(identities, by: { $0.isSame(as: $1) }) ? nil : identities
        ownNames = shared.authorityNames == settings.authorityNames ? nil : settings.authorityNames
        guard !isCreated else { return }
        let trial = try shared.withPointer { context throws(OpenSSLError) in
            try checked("SSL_new") { SSL_new(context) }
        }
        defer { SSL_free(trial) }
        try apply(to: trial, sessionIDContext: sessionIDContext, identities: ownIdentities)
    }

    /// Creates the context of a client.
    package convenience init(client settings: TLSClientSettings) throws(OpenSSLError) {
        self.init(
            try SharedContext(client: settings),
            .client,
            settings.minimumVersion,
            ApplicationProtocolList(settings.applicationProtocols)
        )
    }

    /// The context of connections whose client is refused for what it presented, in the default library context.
    ///
    /// See `TLSConnection.stopDecodingKeys()`. It serves no handshake.
    static let withoutKeys = (try? SharedContext(refusing: ())).map {
        TLSContext($0, .server, .tls12, ApplicationProtocolList([]))
    }

    /// Creates a context that has its `SSL_CTX` for itself and resumes no sessions.
    private init(_ shared: SharedContext, _ role: Role, _ version: TLSVersion, _ protocols: ApplicationProtocolList) {
        self.shared = shared
        self.role = role
        applicationProtocols = protocols
        request = .never
        sessionIDContext = []
        minimumVersion = version
        ticketKeyring = nil
        issuesEarlyTickets = false
        keptSessions = nil
        isDefaultOfShared = true
        identities = []
        ownIdentities = nil
        ownNames = nil
    }

    /// Whether clients' certificates are decoded outside of the default library context.
    var usesDecodingContext: Bool { shared.usesDecodingContext }

    /// Lends the `SSL_CTX *` for the duration of the closure.
    func withPointer<Result, Failure: Error>(
        _ body: (OpaquePointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try shared.withPointer(body)
    }

    /// Applies everything in which policies that share an `SSL_CTX` may differ to a server's `SSL *`.
    ///
    /// `SSL_set_SSL_CTX` applies the identity and the callbacks that are read from the context. All other settings stay
    /// those of the connection's first context unless they are set again.
    ///
    /// - Parameter identities: replace the identities that the connection has; nil keeps them.
    func apply(
        to connection: OpaquePointer,
        sessionIDContext: [UInt8],
        identities: [TLSIdentity]?
    ) throws(OpenSSLError) {
        SSL_set_verify(connection, request.verifyMode, nil)
        let (common, parameters) = shared.withPointer { (SSL_CTX_get_options($0), SSL_CTX_get0_param($0)) }
        let options = ticketKeyring == nil ? common | CA_SSL_OP_NO_TICKET : common & ~CA_SSL_OP_NO_TICKET
        _ = SSL_clear_options(connection, SSL_get_options(connection) & ~options)
        _ = SSL_set_options(connection, options)
        // Without a list of its own, the connection sends that of its `SSL_CTX`.
        let names = try ownNames.map { names throws(OpenSSLError) in try NameStack.created(of: names) }
        SSL_set0_CA_list(connection, names)
        let own = try checked("SSL_get0_param") { SSL_get0_param(connection) }
        try checkedStatus("X509_VERIFY_PARAM_set1") { X509_VERIFY_PARAM_set1(own, parameters) }
        try checkedStatus("SSL_set_min_proto_version") {
            CA_SSL_set_min_proto_version(connection, minimumVersion.protocolNumber)
        }
        try checkedStatus("SSL_set_session_id_context") {
            SSL_set_session_id_context(connection, sessionIDContext, UInt32(sessionIDContext.count))
        }
        if let identities {
            // Without this, an identity with a key of another kind would remain beside the new ones.
            SSL_certs_clear(connection)
            for identity in identities { try identity.use(in: connection) }
        }
    }
}

extension TLSIdentity {
    /// Whether both consist of the same objects.
    fileprivate func isSame(as other: TLSIdentity) -> Bool {
        key === other.key && chain.elementsEqual(other.chain, by: ===)
    }

    /// Adds this to the identities of `connection`. Corresponds to `SSL_use_cert_and_key`.
    fileprivate func use(in connection: OpaquePointer) throws(OpenSSLError) {
        guard let leaf = chain.first else {
            throw OpenSSLError(operation: "SSL_use_cert_and_key: the identity contains no certificate", entries: [])
        }
        let issuers = try CertificateStack(Array(chain.dropFirst()))
        try issuers.withPointer { issuers throws(OpenSSLError) in
            try leaf.withPointer { leaf throws(OpenSSLError) in
                try key.withPointer { key throws(OpenSSLError) in
                    _ = try checkedStatus("SSL_use_cert_and_key") {
                        SSL_use_cert_and_key(connection, leaf, key, issuers, 1)
                    }
                }
            }
        }
    }
}
