// SPDX-License-Identifier: Apache-2.0

extension ConnectionFacts {
    /// The TLS version of a connection, by OpenSSL's name.
    public struct TLSVersion: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
        /// The name, for instance `TLSv1.3`.
        public let rawValue: String

        /// Creates a version. Unknown names are kept.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// TLS 1.2.
        public static let tls12 = TLSVersion(rawValue: "TLSv1.2")
        /// TLS 1.3.
        public static let tls13 = TLSVersion(rawValue: "TLSv1.3")

        /// The name.
        public var description: String { rawValue }
    }
}
