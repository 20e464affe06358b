// SPDX-License-Identifier: Apache-2.0
// The partial paths of a search: what they hold, and which is extended next.

/// Partial paths as a tree, so that an extension costs no copy.
struct PathTree {
    struct Node {
        /// The number of the certificate at its end.
        let member: Int
        let parent: Int?
        /// How many certificates it holds.
        let length: Int
        /// What the hints have against it.
        let delay: Int
    }

    private(set) var nodes: [Node] = []

    /// - Returns: the number of the path.
    mutating func add(_ member: Int, beyond parent: Int?, delay: Int) -> Int {
        let length = parent.map { nodes[$0].length + 1 } ?? 1
        nodes.append(Node(member: member, parent: parent, length: length, delay: delay))
        return nodes.count - 1
    }

    /// The numbers of the certificates of a path, the last one first.
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

/// Partial paths by their cost; of equal ones the last one comes first.
struct PendingPaths {
    struct Entry {
        let path: Int
        /// The first rank of issuers that it was not extended by; nil for a path that has not been looked at.
        let rank: Int?
    }

    private var stacks: [[Entry]] = [[]]
    private var lowest = 0

    mutating func push(_ entry: Entry, cost: Int) {
        while stacks.count <= cost { stacks.append([]) }
        stacks[cost].append(entry)
        lowest = min(lowest, cost)
    }

    /// The entry with the lowest cost.
    mutating func pop() -> (entry: Entry, cost: Int)? {
        while lowest < stacks.count {
            if let entry = stacks[lowest].popLast() { return (entry, lowest) }
            lowest += 1
        }
        return nil
    }

    /// Takes out all entries, the last one last.
    mutating func removeAll() -> [Entry] {
        defer { self = Self() }
        return stacks.flatMap { $0 }
    }
}
