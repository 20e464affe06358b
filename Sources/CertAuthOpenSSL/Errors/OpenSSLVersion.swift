// SPDX-License-Identifier: Apache-2.0
// The version of OpenSSL, and the refusal of versions that are too old.

import COpenSSL

/// The version of the OpenSSL library that is loaded, which may differ from the headers it was compiled with.
package struct OpenSSLVersion: Comparable, Sendable, CustomStringConvertible {
    package let major: UInt32
    package let minor: UInt32
    package let patch: UInt32

    package init(major: UInt32, minor: UInt32, patch: UInt32) {
        self.major = major
        self.minor = minor
        self.patch = patch
    }

    /// The oldest supported version.
    package static let minimum = OpenSSLVersion(major: 3, minor: 0, patch: 0)

    /// The loaded library's version. Corresponds to `OPENSSL_version_major` and its siblings.
    package static var loaded: OpenSSLVersion {
        OpenSSLVersion(
            major: OPENSSL_version_major(),
            minor: OPENSSL_version_minor(),
            patch: OPENSSL_version_patch()
        )
    }

    /// Refuses a version below the minimum.
    ///
    /// - Throws: `UnsupportedOpenSSL` naming both versions.
    package static func require(_ version: OpenSSLVersion = .loaded) throws(UnsupportedOpenSSL) {
        guard version >= minimum else { throw UnsupportedOpenSSL(found: version) }
    }

    package static func < (left: OpenSSLVersion, right: OpenSSLVersion) -> Bool {
        (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }

    package var description: String { "\(major).\(minor).\(patch)" }
}

/// The loaded OpenSSL is older than CertAuth supports.
package struct UnsupportedOpenSSL: Error, Equatable, CustomStringConvertible {
    package let found: OpenSSLVersion

    package var description: String {
        "OpenSSL \(found) is loaded, but CertAuth needs \(OpenSSLVersion.minimum) or newer: "
            + "install a current libssl and check the library search path"
    }
}
