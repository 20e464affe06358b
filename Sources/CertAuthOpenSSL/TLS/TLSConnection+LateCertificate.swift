// SPDX-License-Identifier: Apache-2.0
// Requests a client's certificate after the handshake.

import COpenSSL

/// Why a client was not asked for a certificate.
package enum LateRequestDefect: Error, Equatable, Sendable {
    /// TLS 1.3 without the post_handshake_auth extension, or TLS 1.2 without secure renegotiation.
    case unsupportedByClient
    /// OpenSSL returned an error.
    case failed(OpenSSLError)
}

extension TLSConnection {
    /// Writes the request to the output: post-handshake authentication in TLS 1.3, renegotiation in TLS 1.2.
    ///
    /// The answer arrives through `read(into:)`. It must not be used before `isLateRequestAnswered`.
    package func requestLateCertificate() throws(LateRequestDefect) {
        hasReceivedFinished = false
        TLSCallbacks.watchMessages(of: self)
        do throws(LateRequestDefect) {
            if isTLS13 { try requestAfterHandshake() } else { try requestByRenegotiation() }
        } catch {
            endLateRequest()
            throw error
        }
        ERR_clear_error()
        let status = withPointer { SSL_do_handshake($0) }
        restoreLibraryContext()
        guard status == 1 else {
            // Each request is one message that fits into the output, so there is nothing to wait for.
            let error = OpenSSLError.drained(after: "SSL_do_handshake")
            endLateRequest()
            throw .failed(error)
        }
    }

    /// Whether the client's answer is complete and its Finished verified.
    ///
    /// If a Finished does not verify, the call that reads it fails.
    package var isLateRequestAnswered: Bool { hasReceivedFinished && isHandshakeComplete }

    /// Disables everything that the request enabled, including renegotiation.
    package func endLateRequest() {
        TLSCallbacks.unwatchMessages(of: self)
        withPointer { connection in
            SSL_set_verify(connection, context.request.verifyMode, nil)
            _ = SSL_set_options(connection, CA_SSL_OP_NO_RENEGOTIATION)
        }
    }

    private var isTLS13: Bool { withPointer { SSL_version($0) == TLS1_3_VERSION } }

    /// Corresponds to `SSL_verify_client_post_handshake`.
    private func requestAfterHandshake() throws(LateRequestDefect) {
        ERR_clear_error()
        let status = withPointer { connection in
            SSL_set_verify(connection, SSL_VERIFY_PEER | SSL_VERIFY_POST_HANDSHAKE, nil)
            return SSL_verify_client_post_handshake(connection)
        }
        guard status == 1 else {
            let error = OpenSSLError.drained(after: "SSL_verify_client_post_handshake")
            throw error.contains(library: ERR_LIB_SSL, reason: SSL_R_EXTENSION_NOT_RECEIVED)
                ? .unsupportedByClient : .failed(error)
        }
    }

    /// Corresponds to `SSL_renegotiate`. The handshake must be a full one: an abbreviated handshake requests no
    /// certificate.
    ///
    /// Without secure renegotiation, an attacker could put its own bytes before those of the client (RFC 5746 section 1).
    private func requestByRenegotiation() throws(LateRequestDefect) {
        ERR_clear_error()
        let status = withPointer { connection -> Int32? in
            guard CA_SSL_get_secure_renegotiation_support(connection) == 1 else { return nil }
            _ = SSL_clear_options(connection, CA_SSL_OP_NO_RENEGOTIATION)
            _ = SSL_set_options(connection, CA_SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION)
            SSL_set_verify(connection, SSL_VERIFY_PEER, nil)
            return SSL_renegotiate(connection)
        }
        guard let status else { throw .unsupportedByClient }
        guard status == 1 else { throw .failed(OpenSSLError.drained(after: "SSL_renegotiate")) }
    }
}
