// SPDX-License-Identifier: Apache-2.0
// Tasks that begin where they are made, so that what needs no waiting needs no other thread either.

extension Task where Success == Void, Failure == Never {
    /// A task that begins on the calling thread, before this call returns, and stays there until it first waits.
    ///
    /// From an event loop, work that never waits is over when the call returns; work that waits goes on elsewhere. Before
    /// macOS 26 the task begins elsewhere at once.
    @discardableResult
    package static func begun(_ operation: sending @escaping () async -> Void) -> Task<Void, Never> {
        if #available(macOS 26, iOS 26, tvOS 26, watchOS 26, visionOS 26, *) {
            Task.immediate(operation: operation)
        } else {
            Task(operation: operation)
        }
    }
}
