// SPDX-License-Identifier: Apache-2.0
// The owner of one SSL. It exchanges bytes with its caller and never blocks.

import COpenSSL

/// One TLS connection, of a server or a client.
///
/// Not Sendable: it belongs to the code that reads and writes its socket. Pass bytes from the peer to `receive(_:)`.
/// After every call send what `takeUnsent()` returns, also after a failure, because it may contain an alert.
package final class TLSConnection {
    private let pointer: OpaquePointer
    private let transport: TransportBuffer
    /// The context of the connection. The first ClientHello may replace it.
    var context: TLSContext

    /// Called once, with the first ClientHello, for the context to use and its sessions. Nil refuses the client.
    package var contextSelection: ((ClientHello) -> TLSSelection?)?
    /// Called for each Certificate message with the encoded certificates, leaf first, before OpenSSL decodes any of
    /// them.
    ///
    /// If it refuses them, no key is decoded and `chainDecision` is not called. If it is nil, nothing is refused at
    /// this point.
    package var presentedScreening: (([[UInt8]]) -> ScreeningDecision)?
    /// Called once for the chain that the client presented, leaf first. If it is nil, every chain is refused.
    package var chainDecision: ((PresentedCertificates) -> ChainDecision)?
    /// The first ClientHello, on a server.
    package internal(set) var clientHello: ClientHello?
    /// Why this side ended the handshake at a ClientHello.
    package internal(set) var helloObjection: HelloObjection?
    /// Whether a first handshake has completed.
    package private(set) var hasCompletedHandshake = false
    /// Whether a Finished has arrived from the peer since a late certificate was requested. It may still fail to
    /// verify.
    var hasReceivedFinished = false
    /// Whether the client was asked for its certificates and has not answered yet.
    var awaitsCertificate = false
    /// The client's last Certificate message, until the decision on it.
    var certificateMessage: CertificateMessage?
    /// The decision on the bytes of the client's last Certificate message.
    var screening = ScreeningDecision.accept
    /// The number of keys that OpenSSL decoded of a Certificate message that was refused by its bytes. For tests.
    package internal(set) var refusedKeysDecoded: Int?
    /// Called with the contents of a session that the client offers. True resumes it. If it is nil, no session is
    /// resumed.
    package var sessionDecision: ((SessionForm, [UInt8]) -> Bool)?
    /// Called at the end of a full TLS 1.2 handshake, after the client's Finished was verified, for the contents of its
    /// ticket. Nil issues no ticket.
    package var earlyTicket: (() -> [UInt8]?)?
    /// The contents of the ticket that OpenSSL is creating.
    var ticketContents: [UInt8]?
    /// Set while the thread has another default library context.
    var threadContext: LibraryContextOverride?
    /// The last alert that this side wrote to its output.
    package internal(set) var sentAlert: TLSAlert?
    /// The last alert that the peer sent.
    package internal(set) var receivedAlert: TLSAlert?

    /// Creates a connection that has not exchanged any bytes.
    package init(context: TLSContext) throws(OpenSSLError) {
        let connection = try context.withPointer { context throws(OpenSSLError) in
            try checked("SSL_new") { SSL_new(context) }
        }
        let transport = TransportBuffer()
        do throws(OpenSSLError) {
            let bio = try transport.makeBIO()
            SSL_set_bio(connection, bio, bio)
        } catch {
            SSL_free(connection)
            throw error
        }
        pointer = connection
        self.transport = transport
        self.context = context
        if !context.isDefaultOfShared {
            try context.apply(
                to: connection,
                sessionIDContext: context.sessionIDContext,
                identities: context.ownIdentities
            )
        }
        TLSCallbacks.attach(self, to: connection)
        switch context.role {
        case .server:
            SSL_set_accept_state(connection)
            TLSCallbacks.watchMessages(of: self)
        case .client: SSL_set_connect_state(connection)
        }
    }

    /// Lends the `SSL *` for the duration of the closure.
    func withPointer<Result>(_ body: (OpaquePointer) -> Result) -> Result { body(pointer) }

    // SSL_free also frees the BIO, which must happen before `transport` is released.
    deinit { SSL_free(pointer) }

    /// Returns the client's Certificate message and forgets it.
    func takeCertificateMessage() -> CertificateMessage? {
        defer { certificateMessage = nil }
        return certificateMessage
    }

    /// Adds bytes that came from the peer.
    func receive(_ bytes: UnsafeRawBufferPointer) { transport.receive(bytes) }

    /// Removes and returns the bytes to send to the peer.
    package func takeUnsent() -> [UInt8] { transport.takeUnsent() }

    /// The number of bytes from the peer that OpenSSL has not read yet.
    package var unreadCount: Int { transport.unreadCount }

    /// Whether a read may return more without further bytes from the peer. Corresponds to `SSL_has_pending`.
    package var hasUnreadInput: Bool { transport.unreadCount > 0 || SSL_has_pending(pointer) == 1 }

    /// The number of bytes to send to the peer.
    package var unsentCount: Int { transport.unsentCount }

    /// Continues the handshake as far as the received bytes allow. Corresponds to `SSL_do_handshake`.
    package func handshake() -> TLSOutcome {
        ERR_clear_error()
        let status = SSL_do_handshake(pointer)
        restoreLibraryContext()
        guard status == 1 else { return outcome(of: status, operation: "SSL_do_handshake") }
        if !hasCompletedHandshake {
            TLSCallbacks.unwatchMessages(of: self)
            // OpenSSL has read complete records and no byte after them.
            if context.role == .server { transport.budget = RecordBudget() }
        }
        hasCompletedHandshake = true
        return .complete(0)
    }

    /// Decrypts into `target`, which must not be empty. Corresponds to `SSL_read_ex`.
    func read(into target: UnsafeMutableRawBufferPointer) -> TLSOutcome {
        var count = 0
        ERR_clear_error()
        let status = SSL_read_ex(pointer, target.baseAddress, target.count, &count)
        restoreLibraryContext()
        guard status == 1 else { return outcome(of: status, operation: "SSL_read_ex") }
        transport.budget?.didDeliver(count)
        return .complete(count)
    }

    /// Encrypts some or all of `bytes`, which must not be empty. Corresponds to `SSL_write_ex`.
    func write(_ bytes: UnsafeRawBufferPointer) -> TLSOutcome {
        var count = 0
        ERR_clear_error()
        let status = SSL_write_ex(pointer, bytes.baseAddress, bytes.count, &count)
        restoreLibraryContext()
        return status == 1 ? .complete(count) : outcome(of: status, operation: "SSL_write_ex")
    }

    /// Writes close_notify to the output. Corresponds to `SSL_shutdown`.
    ///
    /// - Returns: `.complete` if the peer has sent close_notify too, `.wantsMoreInput` if it has not yet.
    package func sendCloseNotify() -> TLSOutcome {
        ERR_clear_error()
        let status = SSL_shutdown(pointer)
        switch status {
        case 0: return .wantsMoreInput
        case 1: return .complete(0)
        default: return outcome(of: status, operation: "SSL_shutdown")
        }
    }

    /// Updates this side's keys with its next message, and asks the peer to do the same. False in TLS 1.2.
    ///
    /// Corresponds to `SSL_key_update`.
    package func updateKeys() -> Bool {
        ERR_clear_error()
        return SSL_key_update(pointer, SSL_KEY_UPDATE_REQUESTED) == 1
    }

    /// Requests this server name and checks the server's certificate against it, on a client before the handshake.
    ///
    /// Corresponds to `SSL_set_tlsext_host_name` and `X509_VERIFY_PARAM_set1_host`.
    package func expectServer(sentName: String?, checkedName: String) throws(OpenSSLError) {
        if let sentName {
            try checkedStatus("SSL_set_tlsext_host_name") { CA_SSL_set_tlsext_host_name(pointer, sentName) }
        }
        let parameters = try checked("SSL_get0_param") { SSL_get0_param(pointer) }
        ERR_clear_error()
        if X509_VERIFY_PARAM_set1_ip_asc(parameters, checkedName) == 1 { return }
        try checkedStatus("X509_VERIFY_PARAM_set1_host") { X509_VERIFY_PARAM_set1_host(parameters, checkedName, 0) }
    }

    /// Offers the context's protocols, on a client before the handshake. Corresponds to `SSL_set_alpn_protos`.
    package func offerApplicationProtocols() throws(OpenSSLError) {
        let offer = context.applicationProtocols.wireFormat
        guard !offer.isEmpty else { return }
        ERR_clear_error()
        guard SSL_set_alpn_protos(pointer, offer, UInt32(offer.count)) == 0 else {
            throw OpenSSLError.drained(after: "SSL_set_alpn_protos")
        }
    }

    /// Maps every value of `SSL_get_error` to an outcome.
    private func outcome(of status: Int32, operation: StaticString) -> TLSOutcome {
        switch SSL_get_error(pointer, status) {
        case SSL_ERROR_WANT_READ:
            guard transport.budget?.isExceeded != true else {
                let text = "\(operation): more than \(RecordBudget.capacity) records without application data"
                return .failed(failure(OpenSSLError(operation: text, entries: [])))
            }
            return .wantsMoreInput
        case SSL_ERROR_ZERO_RETURN:
            return .closed
        case SSL_ERROR_WANT_WRITE, SSL_ERROR_WANT_CONNECT, SSL_ERROR_WANT_ACCEPT, SSL_ERROR_WANT_X509_LOOKUP,
            SSL_ERROR_WANT_ASYNC, SSL_ERROR_WANT_ASYNC_JOB, SSL_ERROR_WANT_CLIENT_HELLO_CB,
            SSL_ERROR_WANT_RETRY_VERIFY:
            // None of these can occur: the output never fills and no callback suspends. The connection fails, because
            // it would hang otherwise.
            return .failed(failure(OpenSSLError(operation: "\(operation): unexpected suspension", entries: [])))
        default:
            // SSL_ERROR_SSL and SSL_ERROR_SYSCALL: both leave the connection unusable.
            return .failed(failure(OpenSSLError.drained(after: operation)))
        }
    }

    /// Whether `failure` was caused by certificates that exceed what the context permits a client to present.
    ///
    /// OpenSSL has then read only the length of their message, and it has refused every message but the one that it
    /// expects. The numbers of its own states differ between versions.
    package func isOversizedChain(_ failure: TLSFailure) -> Bool { failure.isOversizedMessage && awaitsCertificate }

    private func failure(_ cause: OpenSSLError) -> TLSFailure {
        TLSFailure(cause: cause, sentAlert: sentAlert, receivedAlert: receivedAlert)
    }
}

/// What the handshake negotiated. Valid once it is complete.
extension TLSConnection {
    /// `TLSv1.2` or `TLSv1.3`. Corresponds to `SSL_get_version`.
    package var versionName: String { String(cString: SSL_get_version(pointer)) }

    /// OpenSSL's name for the cipher suite. Corresponds to `SSL_CIPHER_get_name`.
    package var cipherName: String? {
        SSL_get_current_cipher(pointer).flatMap { SSL_CIPHER_get_name($0) }.map { String(cString: $0) }
    }

    /// The protocol that ALPN selected. Corresponds to `SSL_get0_alpn_selected`.
    package var applicationProtocol: String? {
        var start: UnsafePointer<UInt8>?
        var length: UInt32 = 0
        SSL_get0_alpn_selected(pointer, &start, &length)
        guard let start, length > 0 else { return nil }
        return String(decoding: UnsafeBufferPointer(start: start, count: Int(length)), as: UTF8.self)
    }

    /// Whether a session was resumed. Corresponds to `SSL_session_reused`.
    package var isResumed: Bool { SSL_session_reused(pointer) == 1 }

    /// Whether the handshake is complete on this side. Corresponds to `SSL_is_init_finished`.
    package var isHandshakeComplete: Bool { SSL_is_init_finished(pointer) == 1 }
}
