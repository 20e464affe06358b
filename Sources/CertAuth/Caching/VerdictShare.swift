// SPDX-License-Identifier: Apache-2.0

/// The acceptances or the refusals of a stripe, limited in number and bytes. The least recently used are removed first.
///
/// Acceptances with equal paths share the path. The index has the tokens of a path once, however many share it.
struct VerdictShare: Sendable {
    /// A verdict and its two ends. The first one reached applies.
    struct Entry: Sendable {
        var verdict: CachedVerdict
        /// By the clock that certificates are validated by. It can be set.
        let expiration: Timestamp
        /// By a monotonic clock.
        let end: ContinuousClock.Instant
        let bytes: Int
    }

    /// The acceptances with one path.
    private struct Group: Sendable {
        let path: ValidatedPath
        let tokens: [UInt64]
        let bytes: Int
        var keys: Set<ValidationCacheKey> = []
    }

    /// The entries with one token. Most tokens of clients have one.
    private enum Keys: Sendable {
        case one(ValidationCacheKey)
        case several(Set<ValidationCacheKey>)
    }

    private let capacity: Int
    private let byteCapacity: Int
    private var entries: LeastRecentlyUsed<ValidationCacheKey, Entry>
    private var groups: [ValidatedPath: Group] = [:]
    private var pathsByToken: [UInt64: Set<ValidatedPath>] = [:]
    private var keysByToken: [UInt64: Keys] = [:]
    private(set) var bytes = 0

    init(capacity: Int, byteCapacity: Int) {
        self.capacity = capacity
        self.byteCapacity = byteCapacity
        entries = LeastRecentlyUsed(capacity: capacity)
    }

    var count: Int { entries.count }

    /// An empty share with the same limits.
    var emptied: VerdictShare { VerdictShare(capacity: capacity, byteCapacity: byteCapacity) }

    /// The entry for `key`, which becomes the most recently used.
    mutating func entry(for key: ValidationCacheKey) -> Entry? { entries.value(for: key) }

    @discardableResult
    mutating func remove(_ key: ValidationCacheKey) -> Entry? {
        guard let removed = entries.remove(key) else { return nil }
        forget(removed)
        return removed
    }

    /// Stores an entry unless it is larger than the whole share.
    ///
    /// - Parameter tokens: those of the entry's verdict.
    /// - Returns: the number of entries that were removed to make room.
    mutating func insert(_ entry: Entry, _ tokens: VerdictTokens, for key: ValidationCacheKey) -> Int {
        remove(key)
        guard entry.bytes + bytesForPath(of: entry) <= byteCapacity else { return 0 }
        var dropped = 0
        if entries.count >= capacity, let oldest = entries.removeOldest() {
            forget(oldest.value)
            dropped += 1
        }
        index(entry, tokens, for: key.trimmed)
        while bytes > byteCapacity, let oldest = entries.removeOldest() {
            forget(oldest.value)
            dropped += 1
        }
        return dropped
    }

    /// The keys of the entries with one of the tokens.
    ///
    /// - Parameter tokens: nil for all entries.
    func keys(withAnyOf tokens: [UInt64]?) -> Set<ValidationCacheKey> {
        var candidates: Set<ValidationCacheKey> = tokens == nil ? Set(entries.keys) : []
        for token in tokens ?? [] {
            switch keysByToken[token] {
            case .one(let key)?: candidates.insert(key)
            case .several(let keys)?: candidates.formUnion(keys)
            case nil: break
            }
            for path in pathsByToken[token] ?? [] { candidates.formUnion(groups[path]?.keys ?? []) }
        }
        return candidates
    }

    /// Removes those entries with one of the keys whose verdict `matches`. Returns them.
    mutating func remove(_ keys: ArraySlice<ValidationCacheKey>, where matches: (CachedVerdict) -> Bool) -> [Entry] {
        keys.compactMap { key -> Entry? in
            VisitCounter.add(1)
            guard let entry = entries.unusedValue(for: key), matches(entry.verdict) else { return nil }
            return remove(key)
        }
    }
}

extension VerdictShare {
    /// What the path of an entry adds to the share.
    private func bytesForPath(of entry: Entry) -> Int {
        entry.verdict.path.map { groups[$0] == nil ? $0.estimatedBytes : 0 } ?? 0
    }

    private mutating func index(_ entry: Entry, _ tokens: VerdictTokens, for key: ValidationCacheKey) {
        var entry = entry
        bytes += entry.bytes + bytesForPath(of: entry)
        let path = entry.verdict.path.map { join($0, tokens.common, key) }
        entry.verdict = entry.verdict.stored(for: key, sharing: path)
        entries.insert(entry, for: key)
        for token in tokens.own {
            switch keysByToken.removeValue(forKey: token) {
            case nil: keysByToken[token] = .one(key)
            case .one(let other)?: keysByToken[token] = .several([other, key])
            case .several(var keys)?:
                keys.insert(key)
                keysByToken[token] = .several(keys)
            }
        }
    }

    /// Adds `key` to the group of `path`. Returns the group's path, which is equal to `path`.
    private mutating func join(_ path: ValidatedPath, _ tokens: [UInt64], _ key: ValidationCacheKey) -> ValidatedPath {
        if groups[path] == nil {
            groups[path] = Group(path: path, tokens: tokens, bytes: path.estimatedBytes)
            for token in tokens { pathsByToken[token, default: []].insert(path) }
        }
        groups[path]?.keys.insert(key)
        return groups[path]?.path ?? path
    }

    private mutating func forget(_ entry: Entry) {
        bytes -= entry.bytes
        let (key, path) = (entry.verdict.key, entry.verdict.path)
        for token in VerdictTokens.own(entry.verdict, besides: path.flatMap { groups[$0]?.tokens } ?? []) {
            guard case .several(var keys)? = keysByToken.removeValue(forKey: token) else { continue }
            keys.remove(key)
            if let last = keys.first { keysByToken[token] = keys.count == 1 ? .one(last) : .several(keys) }
        }
        guard let path else { return }
        groups[path]?.keys.remove(key)
        guard let group = groups[path], group.keys.isEmpty else { return }
        groups[path] = nil
        bytes -= group.bytes
        for token in group.tokens {
            pathsByToken[token]?.remove(path)
            if pathsByToken[token]?.isEmpty ?? false { pathsByToken[token] = nil }
        }
    }
}
