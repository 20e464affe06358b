// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Counts the decoded forms of certificates that are in memory.
///
/// Tests use it to prove that caches and trust stores keep none. Only debug builds count.
package enum DecodedObjects {
    private static let number = Atomic(0)
    private static let highest = Atomic(0)
    private static let made = Atomic(0)

    static func add(_ count: Int) {
        #if DEBUG
        if count > 0 { made.add(count, ordering: .relaxed) }
        highest.max(number.add(count, ordering: .relaxed).newValue, ordering: .relaxed)
        #endif
    }

    /// The number of decoded forms: two for a certificate that our parser and OpenSSL have decoded. Zero in a release
    /// build.
    package static var count: Int { number.load(ordering: .relaxed) }

    /// The number of decoded forms that were created so far, including those that were released. Zero in a release
    /// build.
    package static var madeCount: Int { made.load(ordering: .relaxed) }

    /// The greatest number of decoded forms in memory while `body` runs, in addition to those before.
    package static func peak(_ body: () throws -> Void) rethrows -> Int {
        let before = count
        highest.store(before, ordering: .relaxed)
        try body()
        return highest.load(ordering: .relaxed) - before
    }
}
