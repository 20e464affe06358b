// SPDX-License-Identifier: Apache-2.0
// OCSP stapling: a server sends the status of its own certificate (RFC 6066 section 8, RFC 8446 section 4.4.2.1).

import COpenSSL

/// Installs the callback of the status_request extension, which staples OCSP responses.
enum StatusRequest {
    static func install(on context: OpaquePointer) { CA_SSL_CTX_set_tlsext_status_cb(context, statusThunk) }
}

/// Called if the client asks for an OCSP response, after OpenSSL has chosen the certificate. It is not called if a
/// session is resumed.
private func statusThunk(pointer: OpaquePointer?, _: UnsafeMutableRawPointer?) -> Int32 {
    guard let pointer, let connection = TLSCallbacks.connection(of: pointer) else { return SSL_TLSEXT_ERR_NOACK }
    // From here on other code than OpenSSL's runs.
    connection.restoreLibraryContext()
    let chosen = SSL_get_certificate(pointer)
    // OpenSSL keeps a reference to the certificate that it was given, not a copy.
    let identity = connection.context.identities.first { identity in
        identity.chain.first.map { $0.withPointer { $0 == chosen } } ?? false
    }
    let response = identity?.stapledResponse?()
    ERR_clear_error()
    guard let response, !response.isEmpty else { return SSL_TLSEXT_ERR_NOACK }
    let isSet = response.withUnsafeBufferPointer { bytes in
        CA_SSL_set1_tlsext_status_ocsp_resp(pointer, bytes.baseAddress, bytes.count) == 1
    }
    ERR_clear_error()
    return isSet ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK
}

extension TLSConnection {
    /// Asks for the status of the server's certificate, on a client before the handshake.
    ///
    /// Corresponds to `SSL_set_tlsext_status_type`.
    package func requestStapledResponse() throws(OpenSSLError) {
        let status = withPointer { CA_SSL_request_ocsp_status($0) }
        try checkedStatus("SSL_set_tlsext_status_type") { status }
    }

    /// The OCSP response that the server stapled, on a client. Not verified.
    ///
    /// Corresponds to `SSL_get_tlsext_status_ocsp_resp`.
    package var stapledResponse: [UInt8]? {
        withPointer { connection in
            var start: UnsafePointer<UInt8>?
            let length = CA_SSL_get0_tlsext_status_ocsp_resp(connection, &start)
            guard let start, length > 0 else { return nil }
            return Array(UnsafeBufferPointer(start: start, count: length))
        }
    }

    /// The certificate that the server presented, on a client. Corresponds to `SSL_get1_peer_certificate`.
    package var serverCertificate: X509Certificate? {
        withPointer { SSL_get1_peer_certificate($0) }.map { X509Certificate(adopting: $0) }
    }
}
