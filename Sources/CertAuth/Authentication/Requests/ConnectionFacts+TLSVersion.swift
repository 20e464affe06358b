// SPDX-License-Identifier: Apache-2.0

extension ConnectionFacts {
    /// The TLS version of a connection; the raw value is OpenSSL's name.
    public enum TLSVersion: String, Sendable, Hashable, CaseIterable {
        /// TLS 1.0. CertAuth's own TLS does not support it.
        case tls10 = "TLSv1"
        /// TLS 1.1. CertAuth's own TLS does not support it.
        case tls11 = "TLSv1.1"
        /// TLS 1.2.
        case tls12 = "TLSv1.2"
        /// TLS 1.3.
        case tls13 = "TLSv1.3"
    }
}
