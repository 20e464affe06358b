// SPDX-License-Identifier: Apache-2.0
// The metrics of handshakes.

package import CertAuth

/// The counters of the TLS server, each created once.
package enum TLSMetrics {
    /// Handshakes after which the client was admitted, `full` or `resumed`.
    static let handshakes = CounterFamily("certauth.handshakes", by: "kind")
    /// Connections that ended before their client was admitted, by code.
    package static let handshakesRefused = CounterFamily("certauth.handshakes_refused", by: "code")
    /// Open connections that ended because their client is no longer admitted, by code.
    package static let connectionsEnded = CounterFamily("certauth.connections_ended", by: "code")
}
