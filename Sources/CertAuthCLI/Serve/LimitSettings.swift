// SPDX-License-Identifier: Apache-2.0

import CertAuthHTTP
import CertAuthTLS

/// Limits of a server, in seconds and bytes; nil for the default.
package struct LimitSettings: Sendable, Equatable {
    package var handshakeTimeout: Int?
    package var lateTimeout: Int?
    package var headerTimeout: Int?
    package var bodyTimeout: Int?
    package var responseTimeout: Int?
    package var idleTimeout: Int?
    package var shutdownTimeout: Int?
    package var headerBytes: Int?
    package var bodyBytes: Int?

    package init() {}

    /// Sets the limits of TLS.
    func apply(to limits: inout TLSServerLimits) {
        if let handshakeTimeout { limits.handshakeTimeout = .seconds(handshakeTimeout) }
        if let lateTimeout { limits.lateCertificateTimeout = .seconds(lateTimeout) }
    }

    /// Sets the limits of the listener.
    func apply(to limits: inout HTTPSListenerLimits) {
        if let headerTimeout { limits.headerTimeout = .seconds(headerTimeout) }
        if let bodyTimeout { limits.bodyTimeout = .seconds(bodyTimeout) }
        if let responseTimeout { limits.responseTimeout = .seconds(responseTimeout) }
        if let idleTimeout { limits.idleTimeout = .seconds(idleTimeout) }
        if let shutdownTimeout { limits.shutdownTimeout = .seconds(shutdownTimeout) }
        if let headerBytes { limits.headerBytes = headerBytes }
        if let bodyBytes { limits.bodyBytes = bodyBytes }
    }
}
