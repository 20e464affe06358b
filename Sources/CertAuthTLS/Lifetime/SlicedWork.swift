// SPDX-License-Identifier: Apache-2.0

package import NIOCore
import Synchronization

/// Work of many connections, done on the event loop of each in slices.
package final class SlicedWork: Sendable {
    private let pause: TimeAmount
    private let loops = Mutex<[ObjectIdentifier: (loop: any EventLoop, slices: LoopSlices)]>([:])

    /// - Parameter pause: the shortest time between two slices of one event loop. By default a loop handles 2,000
    ///   connections in a second, which takes about a third of its time.
    package init(pause: TimeAmount = .milliseconds(4)) { self.pause = pause }

    /// The work on one event loop.
    package func slices(of loop: any EventLoop) -> LoopSlices {
        loops.withLock { loops in
            if let known = loops[ObjectIdentifier(loop)] { return known.slices }
            let slices = LoopSlices(on: loop, pause: pause)
            loops[ObjectIdentifier(loop)] = (loop, slices)
            return slices
        }
    }

    /// Does `work` for each channel on its event loop, except for those whose work is waiting.
    ///
    /// - Parameter time: the time over which all waiting work is spread. Zero for as fast as slices permit.
    package func add(
        _ channels: [any Channel],
        over time: TimeAmount = .zero,
        _ work: @escaping @Sendable (any Channel) -> Void
    ) {
        for (_, channels) in Dictionary(grouping: channels, by: { ObjectIdentifier($0.eventLoop) }) {
            let items = channels.map { channel in LoopSlices.Item(of: channel) { work(channel) } }
            slices(of: channels[0].eventLoop).add(items, over: time)
        }
    }

    /// Removes all work that is waiting.
    package func removeAll() {
        for (_, slices) in loops.withLock({ Array($0.values) }) { slices.removeAll() }
    }
}
