// SPDX-License-Identifier: Apache-2.0
// A dictionary of bounded size that drops what was not used for longest.

/// A map with a capacity: inserting beyond it drops the least recently used entry. Every operation is O(1).
///
/// Entries stand in a doubly linked list through an array, so that use and removal move indices, not memory.
struct LeastRecentlyUsed<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Node: Sendable {
        let key: Key
        var value: Value
        var newer: Int?
        var older: Int?
    }

    let capacity: Int
    private var nodes: [Node?] = []
    private var free: [Int] = []
    private var positions: [Key: Int] = [:]
    private var newest: Int?
    private var oldest: Int?

    /// - Parameter capacity: at least 1.
    init(capacity: Int) { self.capacity = capacity }

    var count: Int { positions.count }

    /// The value for `key`, which becomes the most recently used.
    mutating func value(for key: Key) -> Value? {
        guard let position = positions[key], let node = nodes[position] else { return nil }
        unlink(position)
        linkAsNewest(position)
        return node.value
    }

    /// Sets the value for `key`, which becomes the most recently used; returns what had to go.
    @discardableResult
    mutating func insert(_ value: Value, for key: Key) -> (key: Key, value: Value)? {
        if let position = positions[key] {
            nodes[position]?.value = value
            unlink(position)
            linkAsNewest(position)
            return nil
        }
        let dropped = count >= capacity ? removeOldest() : nil
        let node = Node(key: key, value: value, newer: nil, older: nil)
        let position: Int
        if let reused = free.popLast() {
            position = reused
            nodes[position] = node
        } else {
            position = nodes.count
            nodes.append(node)
        }
        positions[key] = position
        linkAsNewest(position)
        return dropped
    }

    /// Removes the entry for `key`.
    @discardableResult
    mutating func remove(_ key: Key) -> Value? {
        guard let position = positions.removeValue(forKey: key), let node = nodes[position] else { return nil }
        unlink(position)
        nodes[position] = nil
        free.append(position)
        return node.value
    }

    /// Removes every entry that `matches`; returns how many.
    mutating func removeAll(where matches: (Key, Value) -> Bool) -> Int {
        let doomed = nodes.compactMap { node in node.flatMap { matches($0.key, $0.value) ? $0.key : nil } }
        for key in doomed { remove(key) }
        return doomed.count
    }

    /// The keys, most recently used first.
    var keys: [Key] {
        var keys: [Key] = []
        var next = newest
        while let position = next, let node = nodes[position] {
            keys.append(node.key)
            next = node.older
        }
        return keys
    }

    private mutating func removeOldest() -> (key: Key, value: Value)? {
        guard let position = oldest, let node = nodes[position] else { return nil }
        remove(node.key)
        return (node.key, node.value)
    }

    private mutating func unlink(_ position: Int) {
        guard let node = nodes[position] else { return }
        if let newer = node.newer { nodes[newer]?.older = node.older } else { newest = node.older }
        if let older = node.older { nodes[older]?.newer = node.newer } else { oldest = node.newer }
        nodes[position]?.newer = nil
        nodes[position]?.older = nil
    }

    private mutating func linkAsNewest(_ position: Int) {
        nodes[position]?.older = newest
        if let newest { nodes[newest]?.newer = position }
        newest = position
        if oldest == nil { oldest = position }
    }
}
