// SPDX-License-Identifier: Apache-2.0

/// A map with a capacity. If it is full, an insertion removes the least recently used entry. Every operation is O(1).
///
/// Entries form a doubly linked list in an array, so that use and removal change indices and move no memory.
package struct LeastRecentlyUsed<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry: Sendable {
        let key: Key
        var value: Value
    }

    /// The neighbours of an entry in the list; -1 for none.
    private struct Links: Sendable {
        var newer = -1
        var older = -1
    }

    package let capacity: Int
    private var entries: [Entry?] = []
    // Separate from the entries, so that use changes only numbers.
    private var links: [Links] = []
    private var free: [Int] = []
    private var positions: [Key: Int] = [:]
    private var newest = -1
    private var oldest = -1

    /// - Parameter capacity: at least 1.
    package init(capacity: Int) { self.capacity = capacity }

    package var count: Int { positions.count }

    /// The value for `key`, which becomes the most recently used.
    package mutating func value(for key: Key) -> Value? {
        guard let position = positions[key] else { return nil }
        use(position)
        return entries[position]?.value
    }

    /// The value for `key`, without use of the entry.
    func unusedValue(for key: Key) -> Value? { positions[key].flatMap { entries[$0]?.value } }

    /// Sets the value for `key`, which becomes the most recently used. Returns the entry that was removed to make room.
    @discardableResult
    package mutating func insert(_ value: Value, for key: Key) -> (key: Key, value: Value)? {
        if let position = positions[key] {
            entries[position]?.value = value
            use(position)
            return nil
        }
        let dropped = count >= capacity ? removeOldest() : nil
        let position: Int
        if let reused = free.popLast() {
            position = reused
            entries[position] = Entry(key: key, value: value)
        } else {
            position = entries.count
            entries.append(Entry(key: key, value: value))
            links.append(Links())
        }
        positions[key] = position
        linkAsNewest(position)
        return dropped
    }

    /// Removes the entry for `key`.
    @discardableResult
    package mutating func remove(_ key: Key) -> Value? {
        guard let position = positions.removeValue(forKey: key), let entry = entries[position] else { return nil }
        unlink(position)
        entries[position] = nil
        free.append(position)
        return entry.value
    }

    /// The keys, most recently used first.
    var keys: [Key] {
        var keys: [Key] = []
        var next = newest
        while next >= 0, let entry = entries[next] {
            keys.append(entry.key)
            next = links[next].older
        }
        return keys
    }

    /// Removes the least recently used entry.
    mutating func removeOldest() -> (key: Key, value: Value)? {
        guard oldest >= 0, let entry = entries[oldest] else { return nil }
        remove(entry.key)
        return (entry.key, entry.value)
    }

    private mutating func use(_ position: Int) {
        guard position != newest else { return }
        unlink(position)
        linkAsNewest(position)
    }

    private mutating func unlink(_ position: Int) {
        let link = links[position]
        if link.newer >= 0 { links[link.newer].older = link.older } else { newest = link.older }
        if link.older >= 0 { links[link.older].newer = link.newer } else { oldest = link.newer }
        links[position] = Links()
    }

    private mutating func linkAsNewest(_ position: Int) {
        links[position] = Links(newer: -1, older: newest)
        if newest >= 0 { links[newest].newer = position }
        newest = position
        if oldest < 0 { oldest = position }
    }
}
