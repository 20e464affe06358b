// SPDX-License-Identifier: Apache-2.0
// Limits frames that do nothing useful.

package import NIOCore

/// A number of frames in 30 s, plus those that work of the connection explains.
package struct HTTP2FrameBudget {
    private static let window = TimeAmount.seconds(30)

    private let frames: Int
    private var left: Int
    private var filled: NIODeadline?

    /// - Parameter frames: the number that is permitted in 30 s without any work.
    package init(frames: Int) {
        self.frames = frames
        left = frames
    }

    /// Counts one frame. Returns false if it exceeds the budget.
    package mutating func spend(at now: @autoclosure () -> NIODeadline) -> Bool {
        if let filled, left == 0 {
            let now = now()
            guard now - filled >= Self.window else { return false }
            left = frames
            self.filled = now
        } else if filled == nil {
            filled = now()
        }
        left -= 1
        return true
    }

    /// Permits further frames, which work of this connection explains.
    package mutating func earn(_ frames: Int) { left += min(frames, .max - left) }
}
