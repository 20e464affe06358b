// SPDX-License-Identifier: Apache-2.0
// Frames that a client may send without doing anything useful.

package import NIOCore

/// A number of frames in 30 s, and more for work that explains them.
package struct HTTP2FrameBudget {
    private static let window = TimeAmount.seconds(30)

    private let frames: Int
    private var left: Int
    private var filled: NIODeadline?

    /// - Parameter frames: allowed in 30 s without any work.
    package init(frames: Int) {
        self.frames = frames
        left = frames
    }

    /// Counts one frame. Returns false when it is too many.
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

    /// Allows further frames, which work of this connection explains.
    package mutating func earn(_ frames: Int) { left += min(frames, .max - left) }
}
