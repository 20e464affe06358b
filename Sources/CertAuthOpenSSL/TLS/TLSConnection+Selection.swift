// SPDX-License-Identifier: Apache-2.0
// Changes the context of a connection during its first ClientHello.

import COpenSSL

extension TLSConnection {
    /// Uses `context` for the rest of the connection. May only be called in the ClientHello callback.
    ///
    /// `SSL_set_SSL_CTX` applies the identity and the callbacks that are read from the context. All other settings of a
    /// policy stay those of the first context unless they are set again.
    ///
    /// - Returns: False if OpenSSL refused a setting. The connection must then end.
    func adopt(_ context: TLSContext) -> Bool {
        guard context !== self.context else { return true }
        return context.withPointer { source in
            withPointer { connection in
                guard SSL_set_SSL_CTX(connection, source) == source else { return false }
                self.context = context
                SSL_set_verify(connection, context.request.verifyMode, nil)
                _ = SSL_clear_options(connection, SSL_get_options(connection) & ~SSL_CTX_get_options(source))
                _ = SSL_set_options(connection, SSL_CTX_get_options(source))
                let names = SSL_CTX_get0_CA_list(source).map { SSL_dup_CA_list($0) } ?? CA_sk_X509_NAME_new()
                guard let names else { return false }
                SSL_set0_CA_list(connection, names)
                guard let parameters = SSL_get0_param(connection) else { return false }
                return X509_VERIFY_PARAM_set1(parameters, SSL_CTX_get0_param(source)) == 1
                    && CA_SSL_set_min_proto_version(connection, context.minimumVersion.protocolNumber) == 1
                    && SSL_set_session_id_context(
                        connection,
                        context.sessionIDContext,
                        UInt32(context.sessionIDContext.count)
                    ) == 1
            }
        }
    }
}
