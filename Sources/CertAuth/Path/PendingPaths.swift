// SPDX-License-Identifier: Apache-2.0

/// Partial paths as a tree, so that an extension copies nothing.
struct PathTree {
    struct Node {
        /// The number of the last certificate of the path.
        let member: Int
        let parent: Int?
        /// The number of certificates in the path.
        let length: Int
        /// The cost that the hints add.
        let delay: Int
    }

    private(set) var nodes: [Node] = []

    /// - Returns: the number of the new path.
    mutating func add(_ member: Int, beyond parent: Int?, delay: Int) -> Int {
        let length = parent.map { nodes[$0].length + 1 } ?? 1
        nodes.append(Node(member: member, parent: parent, length: length, delay: delay))
        return nodes.count - 1
    }

    /// The numbers of the certificates of a path, from the last one to the end-entity certificate.
    func members(of path: Int) -> [Int] {
        var members: [Int] = []
        var next: Int? = path
        while let node = next {
            members.append(nodes[node].member)
            next = nodes[node].parent
        }
        return members
    }
}

/// Partial paths ordered by cost. Of equal costs the last added comes first.
struct PendingPaths {
    struct Entry {
        let path: Int
        /// The first rank of issuers that it was not extended by; nil if the path has not been examined yet.
        let rank: Int?
    }

    private var stacks: [[Entry]] = [[]]
    private var lowest = 0

    mutating func push(_ entry: Entry, cost: Int) {
        while stacks.count <= cost { stacks.append([]) }
        stacks[cost].append(entry)
        lowest = min(lowest, cost)
    }

    /// Removes and returns the entry with the lowest cost.
    mutating func pop() -> (entry: Entry, cost: Int)? {
        while lowest < stacks.count {
            if let entry = stacks[lowest].popLast() { return (entry, lowest) }
            lowest += 1
        }
        return nil
    }

    /// Removes and returns all entries, the last added last.
    mutating func removeAll() -> [Entry] {
        defer { self = Self() }
        return stacks.flatMap { $0 }
    }
}
