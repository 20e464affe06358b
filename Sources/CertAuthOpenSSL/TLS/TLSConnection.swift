// SPDX-License-Identifier: Apache-2.0
// The owner of one SSL: a TLS connection that is fed bytes and gives bytes, and never waits.

import COpenSSL

/// One TLS connection of either side.
///
/// Not Sendable: it belongs to whatever reads and writes its socket. Bytes of the peer go in by `receive(_:)`; after
/// every call what `takeUnsent()` returns is to be sent, also after a failure, for it may hold an alert.
package final class TLSConnection {
    private let pointer: OpaquePointer
    private let transport: TransportBuffer
    /// The context that serves the connection; another than at first once the ClientHello has chosen.
    var context: TLSContext

    /// Asked once, with the first ClientHello, for the context that serves it; nil refuses the client.
    package var contextSelection: ((ClientHello) -> TLSContext?)?
    /// Asked for the certificates of each Certificate message as bytes, leaf first, before OpenSSL decodes any of them.
    ///
    /// Of those that it refuses no key is decoded, and `chainDecision` is not asked. Without it nothing is refused this
    /// early.
    package var presentedScreening: (([[UInt8]]) -> ScreeningDecision)?
    /// Asked once for the chain the client presented, leaf first; without it every chain is refused.
    package var chainDecision: ((PresentedCertificates) -> ChainDecision)?
    /// The chain as it was presented, leaf first; empty when there was none. Not to be believed before the
    /// handshake is complete.
    package internal(set) var presentedChain: [X509Certificate] = []
    /// What the first ClientHello said, on a server.
    package internal(set) var clientHello: ClientHello?
    /// Why this side ended the handshake at a ClientHello.
    package internal(set) var helloObjection: HelloObjection?
    /// Whether a first handshake has come to its end.
    package private(set) var hasCompletedHandshake = false
    /// Whether a Finished has come from the peer since a late certificate was asked for; it may still prove wrong.
    var hasReceivedFinished = false
    /// Whether the client was asked for its certificates and has not answered yet.
    var awaitsCertificate = false
    /// The client's last Certificate message, until it has been judged.
    var certificateMessage: CertificateMessage?
    /// What the bytes of the client's last Certificate message show.
    var screening = ScreeningDecision.accept
    /// How many keys OpenSSL decoded of a Certificate message that was refused by its bytes; for tests.
    package internal(set) var refusedKeysDecoded: Int?
    /// Asked for what a session holds that the client offers; true resumes it. Without it none is resumed.
    package var sessionDecision: ((SessionForm, [UInt8]) -> Bool)?
    /// Asked at the end of a full TLS 1.2 handshake, the client's Finished verified, for what its ticket is to hold;
    /// nil for no ticket.
    package var earlyTicket: (() -> [UInt8]?)?
    /// What the ticket that is being made will hold.
    var ticketContents: [UInt8]?
    /// Set while the thread has another default library context.
    var threadContext: ThreadLibraryContext?
    /// The last alert that this side put into its output.
    package internal(set) var sentAlert: TLSAlert?
    /// The last alert that came from the peer.
    package internal(set) var receivedAlert: TLSAlert?

    /// A connection that has exchanged nothing yet.
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
        TLSCallbacks.attach(self, to: connection)
        switch context.role {
        case .server:
            SSL_set_accept_state(connection)
            TLSCallbacks.watchMessages(of: self)
        case .client: SSL_set_connect_state(connection)
        }
    }

    /// Lends the `SSL *` for the length of the closure.
    func withPointer<Result>(_ body: (OpaquePointer) -> Result) -> Result { body(pointer) }

    // SSL_free also frees the BIO, before `transport` goes.
    deinit { SSL_free(pointer) }

    /// The client's Certificate message, once.
    func takeCertificateMessage() -> CertificateMessage? {
        defer { certificateMessage = nil }
        return certificateMessage
    }

    /// Gives in bytes that came from the peer.
    func receive(_ bytes: UnsafeRawBufferPointer) { transport.receive(bytes) }

    /// Gives back memory that grew with what the peer has sent.
    func shrinkTransport() { transport.shrink() }

    /// Takes the bytes that are to be sent to the peer.
    package func takeUnsent() -> [UInt8] { transport.takeUnsent() }

    /// How many of the peer's bytes OpenSSL has not read yet.
    package var unreadCount: Int { transport.unreadCount }

    /// Whether a read may bring more without further bytes of the peer. Corresponds to `SSL_has_pending`.
    package var hasUnreadInput: Bool { transport.unreadCount > 0 || SSL_has_pending(pointer) == 1 }

    /// How many bytes wait to be sent to the peer.
    package var unsentCount: Int { transport.unsentCount }

    /// Carries the handshake as far as the bytes at hand allow. Corresponds to `SSL_do_handshake`.
    package func handshake() -> TLSOutcome {
        ERR_clear_error()
        let status = SSL_do_handshake(pointer)
        restoreLibraryContext()
        guard status == 1 else { return outcome(of: status, operation: "SSL_do_handshake") }
        if !hasCompletedHandshake {
            TLSCallbacks.unwatchMessages(of: self)
            // OpenSSL has read whole records, and no byte beyond them.
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

    /// Puts close_notify into the output. Corresponds to `SSL_shutdown`.
    ///
    /// - Returns: `.complete` when the peer has said goodbye too, `.wantsMoreInput` when it has not yet.
    package func sendCloseNotify() -> TLSOutcome {
        ERR_clear_error()
        let status = SSL_shutdown(pointer)
        switch status {
        case 0: return .wantsMoreInput
        case 1: return .complete(0)
        default: return outcome(of: status, operation: "SSL_shutdown")
        }
    }

    /// Has this side take new keys with its next message, and asks the other to do so too; false on TLS 1.2.
    ///
    /// Corresponds to `SSL_key_update`.
    package func updateKeys() -> Bool {
        ERR_clear_error()
        return SSL_key_update(pointer, SSL_KEY_UPDATE_REQUESTED) == 1
    }

    /// Asks the server for this name and checks its certificate against it, on a client before the handshake.
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

    /// Every value of `SSL_get_error`, told apart once.
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
            // None can arise: the output never fills and no callback of ours suspends. A connection that says so
            // would hang, so it ends.
            return .failed(failure(OpenSSLError(operation: "\(operation): unexpected suspension", entries: [])))
        default:
            // SSL_ERROR_SSL and SSL_ERROR_SYSCALL: both leave the connection unusable.
            return .failed(failure(OpenSSLError.drained(after: operation)))
        }
    }

    /// Whether `failure` came of a client's certificates being more than the context lets it present.
    ///
    /// OpenSSL has read no more than the length of their message then, and by then it has refused every message but
    /// the one that it waits for. The numbers of its own states differ from version to version.
    package func isOversizedChain(_ failure: TLSFailure) -> Bool { failure.isOversizedMessage && awaitsCertificate }

    private func failure(_ cause: OpenSSLError) -> TLSFailure {
        TLSFailure(cause: cause, sentAlert: sentAlert, receivedAlert: receivedAlert)
    }
}

/// What was agreed in the handshake; to be read once it is complete.
extension TLSConnection {
    /// `TLSv1.2` or `TLSv1.3`. Corresponds to `SSL_get_version`.
    package var versionName: String { String(cString: SSL_get_version(pointer)) }

    /// OpenSSL's name of the cipher suite. Corresponds to `SSL_CIPHER_get_name`.
    package var cipherName: String? {
        SSL_get_current_cipher(pointer).flatMap { SSL_CIPHER_get_name($0) }.map { String(cString: $0) }
    }

    /// The protocol that ALPN chose. Corresponds to `SSL_get0_alpn_selected`.
    package var applicationProtocol: String? {
        var start: UnsafePointer<UInt8>?
        var length: UInt32 = 0
        SSL_get0_alpn_selected(pointer, &start, &length)
        guard let start, length > 0 else { return nil }
        return String(decoding: UnsafeBufferPointer(start: start, count: Int(length)), as: UTF8.self)
    }

    /// Whether an older session was taken up. Corresponds to `SSL_session_reused`.
    package var isResumed: Bool { SSL_session_reused(pointer) == 1 }

    /// Whether the handshake is over on this side. Corresponds to `SSL_is_init_finished`.
    package var isHandshakeComplete: Bool { SSL_is_init_finished(pointer) == 1 }
}
