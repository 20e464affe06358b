// SPDX-License-Identifier: Apache-2.0
// Pseudorandom damage that is the same in each run.

/// A pseudorandom generator with a seed (SplitMix64 by Sebastiano Vigna, a public domain algorithm).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Damages bytes in the ways that transports and attackers do.
struct Mutator {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    /// `bytes` with one to four changes: flipped bits; replaced, removed, duplicated or inserted runs; a truncated end.
    mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
        var output = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) where !output.isEmpty { change(&output) }
        return output
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        let position = Int.random(in: 0..<bytes.count, using: &generator)
        let end = min(bytes.count, position + Int.random(in: 1...16, using: &generator))
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: bytes[position] ^= 1 << UInt8.random(in: 0...7, using: &generator)
        case 1: bytes[position] = UInt8.random(in: .min ... .max, using: &generator)
        case 2: bytes.removeSubrange(position..<end)
        case 3: bytes.insert(contentsOf: bytes[position..<end], at: position)
        case 4: bytes.insert(UInt8.random(in: .min ... .max, using: &generator), at: position)
        default: bytes.removeSubrange(position...)
        }
    }
}
