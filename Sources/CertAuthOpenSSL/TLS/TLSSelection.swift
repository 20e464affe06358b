// SPDX-License-Identifier: Apache-2.0

/// What a server chooses for a connection by its first ClientHello.
package struct TLSSelection: Sendable {
    package let context: TLSContext
    /// At most 32 bytes. Separates the sessions of policies that share a context.
    package let sessionIDContext: [UInt8]

    package init(_ context: TLSContext, sessionIDContext: [UInt8]) {
        self.context = context
        self.sessionIDContext = sessionIDContext
    }
}
