// SPDX-License-Identifier: Apache-2.0
// Checks whether the listener's memory and descriptors stay constant while clients connect, leave and are refused.

import Foundation

/// Mixed load on one listener that reloads its configuration between the rounds: full handshakes, resumptions, keep-alive
/// requests, clients of a foreign authority, clients without a certificate.
struct Soak {
    let minutes: Double

    /// The growth that is allowed after the warm-up, for allocators and caches: a tenth and 8 MiB.
    private static func isFlat(_ memory: Double, since first: Double) -> Bool {
        memory <= first * 1.1 + 8 * 1024
    }

    /// True when all answers were right and nothing grew.
    func run() throws -> Bool {
        let bench = try ServerBench(clientCount: 512)
        defer { bench.stop() }
        let server = try bench.start(.listenerTickets)
        let end = Date().addingTimeInterval(minutes * 60)
        // Until then, caches fill.
        let warm = Date().addingTimeInterval(minutes * 60 / 4)
        var samples: [SoakSample] = []
        var round = 0
        while Date() < end {
            guard try mix(bench, server, round) else { return false }
            round += 1
            let sample = SoakSample(server)
            if round % 20 == 1 { print("round \(round): \(sample)") }
            if Date() >= warm { samples.append(sample) }
        }
        return judge(samples, rounds: round)
    }

    /// One round of each kind; false if a response was wrong.
    private func mix(_ bench: ServerBench, _ server: ServerProcess, _ round: Int) throws -> Bool {
        let clients = try bench.load(server)
        let answers = [
            ("full handshakes", clients.handshakes(64, round * 64), 64),
            ("resumptions", clients.resumptions(32, 0), 32),
            ("requests", clients.requests(256, 0), 256),
            ("strangers let in", try bench.hostileLoad(server).handshakes(16, 0), 0),
            ("anonymous let in", try bench.load(server, isAnonymous: true).handshakes(16, 0), 0),
        ]
        let wrong = answers.filter { $0.1 != $0.2 }
        for (name, found, expected) in wrong { print("round \(round): \(name): \(found), expected \(expected)") }
        // A reload closes open connections.
        let isReloaded = server.reload()
        if !isReloaded { print("round \(round): the listener did not reload") }
        return wrong.isEmpty && isReloaded
    }

    private func judge(_ samples: [SoakSample], rounds: Int) -> Bool {
        guard samples.count >= 4 else {
            print("soak: only \(samples.count) samples, too few to decide")
            return false
        }
        let share = samples.count / 4
        let first = SoakSample(medianOf: samples.prefix(share))
        let last = SoakSample(medianOf: samples.suffix(share))
        print("soak: \(rounds) rounds; first quarter \(first), last quarter \(last)")
        let isFlat = Self.isFlat(last.kibibytes, since: first.kibibytes) && last.descriptors <= first.descriptors + 4
        print(isFlat ? "soak: flat" : "soak: NOT flat")
        return isFlat
    }
}

/// Memory and descriptors of a server at one moment.
struct SoakSample: CustomStringConvertible {
    let kibibytes: Double
    let descriptors: Int

    init(_ server: ServerProcess) {
        kibibytes = server.residentKibibytes
        descriptors = server.descriptors
    }

    init(medianOf samples: some Collection<SoakSample>) {
        kibibytes = Spread(samples.map(\.kibibytes)).median
        descriptors = Int(Spread(samples.map { Double($0.descriptors) }).median)
    }

    var description: String { "\(Int(kibibytes)) KiB, \(descriptors) descriptors" }
}
