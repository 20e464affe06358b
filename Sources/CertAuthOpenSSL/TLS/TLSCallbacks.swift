// SPDX-License-Identifier: Apache-2.0
// The callbacks of OpenSSL. Each forwards to the connection in the ex_data of its `SSL`.

import COpenSSL

/// Installs the callbacks and finds the Swift object for an `SSL *`.
enum TLSCallbacks {
    /// The slot of an `SSL` that holds its `TLSConnection`, unretained: the connection owns the `SSL`.
    private static let connectionIndex = CRYPTO_get_ex_new_index(CRYPTO_EX_INDEX_SSL, 0, nil, nil, nil, nil)

    static func attach(_ connection: TLSConnection, to pointer: OpaquePointer) {
        SSL_set_ex_data(pointer, connectionIndex, Unmanaged.passUnretained(connection).toOpaque())
        SSL_set_info_callback(pointer, alertThunk)
    }

    /// Observes the handshake messages of the peer.
    static func watchMessages(of connection: TLSConnection) {
        connection.withPointer { SSL_set_msg_callback($0, messageThunk) }
    }

    static func unwatchMessages(of connection: TLSConnection) {
        connection.withPointer { SSL_set_msg_callback($0, nil) }
    }

    /// Installs what all server contexts have in common.
    static func install(on context: OpaquePointer, request: ClientCertificateRequest) {
        SSL_CTX_set_verify(context, request.verifyMode, nil)
        SSL_CTX_set_cert_verify_callback(context, verifyThunk, nil)
        SSL_CTX_set_client_hello_cb(context, clientHelloThunk, nil)
    }

    static func installProtocolSelection(on context: OpaquePointer) {
        SSL_CTX_set_alpn_select_cb(context, protocolThunk, nil)
    }

    static func connection(of pointer: OpaquePointer?) -> TLSConnection? {
        guard let pointer, let object = SSL_get_ex_data(pointer, connectionIndex) else { return nil }
        return Unmanaged<TLSConnection>.fromOpaque(object).takeUnretainedValue()
    }
}

/// Called when the client presented a chain. 1 accepts it; 0 ends the handshake with the alert of the error that is
/// set.
private func verifyThunk(store: OpaquePointer?, _: UnsafeMutableRawPointer?) -> Int32 {
    guard let store,
        let object = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()),
        let connection = TLSCallbacks.connection(of: OpaquePointer(object))
    else {
        return refuse(.internalError, in: store)
    }
    connection.restoreLibraryContext()
    if case .refuse(let alert) = connection.screening {
        connection.refusedKeysDecoded = presentedPointers(of: store)?.count { X509_get0_pubkey($0) != nil }
        return refuse(alert, in: store)
    }
    guard let decide = connection.chainDecision, let pointers = presentedPointers(of: store),
        // Ensures that OpenSSL and this code have read the same message.
        let message = connection.takeCertificateMessage(), message.certificates.count == pointers.count,
        let chain = certificates(pointers, of: connection)
    else {
        return refuse(.internalError, in: store)
    }
    switch decide(PresentedCertificates(handles: chain, encodings: message.certificates)) {
    case .accept:
        X509_STORE_CTX_set_error(store, X509_V_OK)
        ERR_clear_error()
        return 1
    case .refuse(let alert):
        return refuse(alert, in: store)
    }
}

private func refuse(_ alert: CertificateAlert, in store: OpaquePointer?) -> Int32 {
    if let store { X509_STORE_CTX_set_error(store, alert.verificationError) }
    ERR_clear_error()
    return 0
}

/// The presented certificates, each with a reference of its own, because `get0` returns borrowed pointers.
///
/// Empty if they are accepted unread: the time that OpenSSL needs for a certificate's extensions grows much faster than
/// their number.
private func certificates(_ pointers: [OpaquePointer], of connection: TLSConnection) -> [X509Certificate]? {
    guard connection.screening != .acceptUnread else { return [] }
    do throws(OpenSSLError) {
        return try pointers.map { pointer throws(OpenSSLError) in
            try X509Certificate(presented: pointer, isFromDecodingContext: connection.context.usesDecodingContext)
        }
    } catch {
        return nil
    }
}

/// The presented chain, leaf first, borrowed from OpenSSL.
private func presentedPointers(of store: OpaquePointer) -> [OpaquePointer]? {
    guard let leaf = X509_STORE_CTX_get0_cert(store) else { return nil }
    var pointers = [leaf]
    if let rest = X509_STORE_CTX_get0_untrusted(store) {
        for index in 0..<CA_sk_X509_num(rest) {
            guard let certificate = CA_sk_X509_value(rest, index) else { return nil }
            // OpenSSL lists the leaf here too, at the first position.
            if index == 0, certificate == leaf { continue }
            pointers.append(certificate)
        }
    }
    return pointers
}

/// Called when a ClientHello arrives, before any session is looked up. The first one selects the policy; later ones
/// must contain the same values.
private func clientHelloThunk(
    pointer: OpaquePointer?,
    alert: UnsafeMutablePointer<Int32>?,
    _: UnsafeMutableRawPointer?
) -> Int32 {
    guard let pointer, let connection = TLSCallbacks.connection(of: pointer) else {
        return SSL_CLIENT_HELLO_ERROR
    }
    do throws(ClientHello.Defect) {
        let hello = try ClientHello(readingFrom: pointer)
        if let first = connection.clientHello {
            guard hello.repeats(first, isRenegotiation: connection.hasCompletedHandshake) else {
                connection.helloObjection = .changedAfterRetry
                alert?.pointee = SSL_AD_ILLEGAL_PARAMETER
                return SSL_CLIENT_HELLO_ERROR
            }
            return SSL_CLIENT_HELLO_SUCCESS
        }
        connection.clientHello = hello
        guard let select = connection.contextSelection else { return SSL_CLIENT_HELLO_SUCCESS }
        guard let selection = select(hello) else {
            alert?.pointee = SSL_AD_UNRECOGNIZED_NAME
            return SSL_CLIENT_HELLO_ERROR
        }
        guard connection.adopt(selection) else {
            connection.helloObjection = .contextUnusable
            alert?.pointee = SSL_AD_INTERNAL_ERROR
            return SSL_CLIENT_HELLO_ERROR
        }
        // In TLS 1.2 a ticket is encrypted during the handshake. It is permitted only if the verdict can be final by
        // then.
        let mayHaveEarlyTicket = connection.context.issuesEarlyTickets && hello.offersExtendedMasterSecret
        if !hello.offersTLS13, !mayHaveEarlyTicket { _ = SSL_set_options(pointer, CA_SSL_OP_NO_TICKET) }
        return SSL_CLIENT_HELLO_SUCCESS
    } catch {
        connection.helloObjection =
            switch error {
            case .malformedServerName: .malformedServerName(ClientHello.rawServerName(of: pointer))
            case .tooManyIdentities: .tooManyIdentities(limit: ClientHello.mostIdentities)
            }
        alert?.pointee = SSL_AD_DECODE_ERROR
        return SSL_CLIENT_HELLO_ERROR
    }
}

/// Called when the client offers protocols by ALPN. Without a match the handshake ends with no_application_protocol.
private func protocolThunk(
    pointer: OpaquePointer?,
    chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
    chosenLength: UnsafeMutablePointer<UInt8>?,
    offer: UnsafePointer<UInt8>?,
    offerLength: UInt32,
    _: UnsafeMutableRawPointer?
) -> Int32 {
    guard let connection = TLSCallbacks.connection(of: pointer), let offer, let chosen, let chosenLength else {
        return SSL_TLSEXT_ERR_ALERT_FATAL
    }
    let protocols = connection.context.applicationProtocols
    guard let match = protocols.selection(from: UnsafeBufferPointer(start: offer, count: Int(offerLength))) else {
        return SSL_TLSEXT_ERR_ALERT_FATAL
    }
    // OpenSSL copies the name while the offer is still valid.
    chosen.pointee = offer + match.lowerBound
    chosenLength.pointee = UInt8(match.count)
    return SSL_TLSEXT_ERR_OK
}

/// Called for each message: received, before it is processed, or sent.
private func messageThunk(
    isSent: Int32,
    _: Int32,
    contentType: Int32,
    message: UnsafeRawPointer?,
    length: Int,
    pointer: OpaquePointer?,
    _: UnsafeMutableRawPointer?
) {
    guard contentType == SSL3_RT_HANDSHAKE, length > 0, let message, let pointer,
        let connection = TLSCallbacks.connection(of: pointer)
    else { return }
    let kind = Int32(message.load(as: UInt8.self))
    guard isSent == 0 else {
        if kind == SSL3_MT_CERTIFICATE_REQUEST { connection.awaitsCertificate = true }
        return
    }
    switch kind {
    case SSL3_MT_FINISHED:
        connection.hasReceivedFinished = true
        // The same bytes may contain a ClientHello, and only the answer to the request may renegotiate.
        _ = SSL_set_options(pointer, CA_SSL_OP_NO_RENEGOTIATION)
    case SSL3_MT_CERTIFICATE:
        connection.awaitsCertificate = false
        let bytes = UnsafeRawBufferPointer(start: message, count: length)
        connection.screen(CertificateMessage(bytes, isTLS13: SSL_version(pointer) == TLS1_3_VERSION))
    default: break
    }
}

/// Called when an alert was sent or received.
private func alertThunk(pointer: OpaquePointer?, location: Int32, value: Int32) {
    guard location & SSL_CB_ALERT != 0, let connection = TLSCallbacks.connection(of: pointer) else { return }
    let alert = TLSAlert(rawValue: UInt8(truncatingIfNeeded: value))
    if location & SSL_CB_WRITE != 0 {
        connection.sentAlert = alert
    } else {
        connection.receivedAlert = alert
    }
}
