// SPDX-License-Identifier: Apache-2.0
// How long other threads wait while one does something.

import Foundation
import Synchronization

/// Calls an operation again and again on its own thread, and keeps the longest time that a call took.
final class LongestWait: Sendable {
    private let longest = Atomic<UInt64>(0)
    private let isOver = Atomic(false)
    private let ended = DispatchSemaphore(value: 0)

    /// Starts to call `operation`; false is a wrong result, which ends the program.
    init(of operation: @escaping @Sendable () -> Bool) {
        Thread.detachNewThread { [self] in
            while !isOver.load(ordering: .relaxed) {
                let start = DispatchTime.now().uptimeNanoseconds
                precondition(operation(), "wrong result while waiting")
                let wait = DispatchTime.now().uptimeNanoseconds - start
                if wait > longest.load(ordering: .relaxed) { longest.store(wait, ordering: .relaxed) }
            }
            ended.signal()
        }
    }

    /// Milliseconds since the last call of this method.
    func take() -> Double { Double(longest.exchange(0, ordering: .relaxed)) / 1e6 }

    /// Returns when the thread has ended.
    func stop() {
        isOver.store(true, ordering: .relaxed)
        ended.wait()
    }
}
