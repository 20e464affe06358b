// SPDX-License-Identifier: Apache-2.0
// Encodes and decodes sessions without decoding the keys of their certificates.

import COpenSSL

/// Sessions coded while the thread's default library context is one without decoders of keys.
///
/// A session holds the client's leaf, and OpenSSL decodes it, key and all, whenever it makes a ticket, takes one or reads
/// a kept session: always in the default library context of the thread. That leaf is never used, for the chain is taken
/// from what we put into the session ourselves. The algorithms are those of the default provider in either context.
enum SessionCoding {
    /// Runs `body`, which decodes a session.
    static func during<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        let context = ThreadLibraryContext(Tuning.sessionContext)
        defer { context?.end() }
        return try body()
    }
}

extension TLSConnection {
    /// Begins to code a ticket, in the middle of a handshake. `restoreLibraryContext()` ends it.
    func beginSessionCoding() {
        if threadContext == nil { threadContext = ThreadLibraryContext(Tuning.sessionContext) }
    }
}
