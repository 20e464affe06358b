// SPDX-License-Identifier: Apache-2.0
// Changes the context of a connection during its first ClientHello.

import COpenSSL

extension TLSConnection {
    /// Uses the selected context for the rest of the connection. May only be called in the ClientHello callback.
    ///
    /// - Returns: False if OpenSSL refused a setting. The connection must then end.
    func adopt(_ selection: TLSSelection) -> Bool {
        let (former, context, sessionIDContext) = (self.context, selection.context, selection.sessionIDContext)
        guard context !== former else {
            return withPointer {
                SSL_set_session_id_context($0, sessionIDContext, UInt32(sessionIDContext.count)) == 1
            }
        }
        return withPointer { connection in
            // The identities that are set here replace those that the former context has set.
            var identities = context.ownIdentities ?? (former.ownIdentities == nil ? nil : context.shared.identities)
            if context.shared !== former.shared {
                guard context.withPointer({ SSL_set_SSL_CTX(connection, $0) == $0 }) else { return false }
                identities = context.ownIdentities
            }
            self.context = context
            do throws(OpenSSLError) {
                try context.apply(to: connection, sessionIDContext: sessionIDContext, identities: identities)
                return true
            } catch {
                return false
            }
        }
    }
}
