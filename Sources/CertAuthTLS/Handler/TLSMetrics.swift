// SPDX-License-Identifier: Apache-2.0
// The metrics of handshakes.

package import CertAuth

/// What the TLS server counts, each counter made once.
package enum TLSMetrics {
    /// Handshakes whose client was let in, `full` or `resumed`.
    static let handshakes = CounterFamily("certauth.handshakes", by: "kind")
    /// Connections that ended before their client was let in, by code.
    package static let handshakesRefused = CounterFamily("certauth.handshakes_refused", by: "code")
    /// Open connections that ended because their client is let in no longer, by code.
    package static let connectionsEnded = CounterFamily("certauth.connections_ended", by: "code")
}
