// SPDX-License-Identifier: Apache-2.0
// Has sessions encoded and decoded without decoding the keys of their certificates.

import COpenSSL

/// The time in which this thread's default library context is one without decoders of keys.
///
/// A session holds the client's leaf, and OpenSSL decodes it, key and all, whenever it makes a ticket, takes one or
/// reads a kept session: always in the default library context of the thread. Nobody uses that leaf, for the chain is
/// taken from what we put into the session ourselves. The algorithms are those of the default provider in either context.
///
/// Begins and ends on one thread, inside one call into OpenSSL or closely around it; no code but OpenSSL's and that of
/// the callback that ends it may run meanwhile.
package struct SessionCoding {
    private let former: OpaquePointer

    /// Whether this thread is in the middle of one.
    package static var isUnderWay: Bool {
        // Asking with nil changes nothing.
        let current = OSSL_LIB_CTX_set0_default(nil)
        return [DecodingContext.sessions, .withoutKeys].contains { $0.pointer != nil && $0.pointer == current }
    }

    /// Begins it; nil where this OpenSSL wants the default context. Corresponds to `OSSL_LIB_CTX_set0_default`.
    ///
    /// - Parameter context: where certificates are decoded meanwhile; by default a context that lacks no other algorithm.
    init?(in context: DecodingContext = .sessions) {
        guard let context = context.pointer,
            let former = OSSL_LIB_CTX_set0_default(context)
        else { return nil }
        self.former = former
    }

    /// Gives the thread its context back.
    func end() { OSSL_LIB_CTX_set0_default(former) }

    /// Begins it for the length of `body`.
    static func during<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        let coding = SessionCoding()
        defer { coding?.end() }
        return try body()
    }
}

extension TLSConnection {
    /// Begins to decode a ticket, in the middle of a handshake.
    func beginSessionCoding() {
        if sessionCoding == nil { sessionCoding = SessionCoding() }
    }

    /// Has the keys of the Certificate message that was just read not decoded, whose refusal is settled.
    ///
    /// libssl decodes the whole message before it asks for a decision, in the library context of its `SSL_CTX`, and no
    /// callback before can end the handshake. From here on that is the thread's default context, which is one without
    /// algorithms: what is left to do, refusing the chain and sending the alert, needs none.
    func stopDecodingKeys() {
        endSessionCoding()
        if context.usesDecodingContext, let undecoding = TLSContext.withoutKeys {
            withPointer { connection in _ = undecoding.withPointer { SSL_set_SSL_CTX(connection, $0) } }
        }
        sessionCoding = SessionCoding(in: .withoutKeys)
    }

    /// Ends what was begun, if it was.
    func endSessionCoding() {
        sessionCoding?.end()
        sessionCoding = nil
    }
}
