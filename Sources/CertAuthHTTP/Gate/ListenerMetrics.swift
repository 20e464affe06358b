// SPDX-License-Identifier: Apache-2.0
// The metrics of requests.

package import CertAuth

/// What the gate counts, each counter made once.
package enum ListenerMetrics {
    /// Requests that were refused, by code.
    package static let requestsRefused = CounterFamily("certauth.requests_refused", by: "code")
    /// Connections of HTTP/2 that were ended for what the peer did, by code.
    static let http2ConnectionsRefused = CounterFamily("certauth.http2_connections_refused", by: "code")
}
