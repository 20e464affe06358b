// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// Encodes and decodes sessions without decoding the keys of their certificates.
///
/// A session contains the client's leaf. OpenSSL decodes it, including its key, when it creates a ticket, accepts one
/// or reads a stored session, always in the thread's default library context. That leaf is never used, because the
/// chain is taken from our own contents of the session. The thread's default context is replaced meanwhile by one
/// without key decoders. The algorithms are those of the default provider in either context.
enum SessionCoding {
    /// Runs `body`, which decodes a session.
    static func during<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        let context = LibraryContextOverride(Tuning.sessionContext)
        defer { context?.end() }
        return try body()
    }
}

extension TLSConnection {
    /// Starts the encoding or decoding of a ticket, during a handshake. `restoreLibraryContext()` ends it.
    func beginSessionCoding() {
        if threadContext == nil { threadContext = LibraryContextOverride(Tuning.sessionContext) }
    }
}
