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
            // The identity that is set here replaces one that the former context has set.
            var identity = context.ownIdentity ?? (former.ownIdentity == nil ? nil : context.shared.identity)
            if context.shared !== former.shared {
                guard context.withPointer({ SSL_set_SSL_CTX(connection, $0) == $0 }) else { return false }
                identity = context.ownIdentity
            }
            self.context = context
            do throws(OpenSSLError) {
                try context.apply(to: connection, sessionIDContext: sessionIDContext, identity: identity)
                return true
            } catch {
                return false
            }
        }
    }
}
