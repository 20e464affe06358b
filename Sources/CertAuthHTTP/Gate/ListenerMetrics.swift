// SPDX-License-Identifier: Apache-2.0
// The metrics of connections and requests.

package import CertAuth

/// The counters of the listener and its gate, each created once.
package enum ListenerMetrics {
    /// Refused requests, by code.
    package static let requestsRefused = CounterFamily("certauth.requests_refused", by: "code")
    /// Connections that were refused before TLS, by code.
    static let connectionsRefused = CounterFamily("certauth.connections_refused", by: "code")
    /// HTTP/2 connections that were ended because of the peer's behaviour, by code.
    static let http2ConnectionsRefused = CounterFamily("certauth.http2_connections_refused", by: "code")
}
