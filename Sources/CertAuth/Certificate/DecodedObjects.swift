// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Counts the decoded forms of certificates that are in memory.
///
/// Tests use it to prove that caches and trust stores keep none. Only debug builds count.
package enum DecodedObjects {
    private static let number = Atomic(0)

    static func add(_ count: Int) {
        #if DEBUG
        number.add(count, ordering: .relaxed)
        #endif
    }

    /// The number of decoded forms: two for a certificate that our parser and OpenSSL have decoded. Zero in a release
    /// build.
    package static var count: Int { number.load(ordering: .relaxed) }
}
