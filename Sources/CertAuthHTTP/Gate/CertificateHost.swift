// SPDX-License-Identifier: Apache-2.0
// Where clients go that can't be asked for their certificate late.

import CertAuthTLS

extension HTTPSListenerConfiguration {
    /// The host that clients are sent to.
    ///
    /// - Throws: for what is no host, so that nothing else gets into a Location field.
    func checkedCertificateHost() throws(ListenerError) -> String? {
        guard let certificateHost else { return nil }
        guard HostName(authority: certificateHost) != nil else { throw .certificateHostUnusable(certificateHost) }
        return certificateHost
    }
}

extension LateCertificateError {
    /// Whether another connection, to a host that demands certificates, would do better.
    var isOfThisConnection: Bool {
        switch self {
        case .unsupportedByClient, .forbiddenByHTTP2: true
        case .pipelined, .alreadyAsking, .timedOut, .connectionEnded, .refusedByOpenSSL: false
        }
    }
}
