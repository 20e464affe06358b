// SPDX-License-Identifier: Apache-2.0

import CertAuth
import Synchronization

/// Places for a bounded number of fetches that run at once, given in the order of the requests for them.
final class FetchSlots: Sendable {
    private struct State {
        var free: Int
        var waiting: [FirstValue<Bool>] = []
    }

    private let state: Mutex<State>

    init(count: Int) { state = Mutex(State(free: max(1, count))) }

    /// Waits for a place; false if the deadline passed first or the task was cancelled.
    func acquire(before deadline: ContinuousClock.Instant) async -> Bool {
        let place: FirstValue<Bool>? = state.withLock { state in
            if state.free > 0 {
                state.free -= 1
                return nil
            }
            let place = FirstValue<Bool>()
            state.waiting.append(place)
            return place
        }
        guard let place else { return true }
        let isGiven = await place.wait(until: deadline, timeout: false, cancellation: false)
        if !isGiven { state.withLock { $0.waiting.removeAll { $0 === place } } }
        return isGiven
    }

    /// Gives a place back, to the first request that still waits.
    func release() {
        while let next = nextInLine() {
            if next.settle(true) { return }
        }
    }

    /// Nil if no request waits: the place is free then.
    private func nextInLine() -> FirstValue<Bool>? {
        state.withLock { state in
            if state.waiting.isEmpty {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst()
        }
    }
}
