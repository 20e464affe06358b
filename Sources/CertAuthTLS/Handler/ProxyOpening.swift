// SPDX-License-Identifier: Apache-2.0

import CertAuth

/// The beginning of a connection on which the PROXY protocol is required.
struct ProxyOpening {
    let policy: ProxyProtocolPolicy
    /// Whether the peer of the socket is a named load balancer. No byte of another peer is read.
    var isPeerNamed = false
    var parser = ProxyProtocolParser()
}
