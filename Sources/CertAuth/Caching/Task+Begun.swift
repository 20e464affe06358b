// SPDX-License-Identifier: Apache-2.0

extension Task where Success == Void, Failure == Never {
    /// Creates a task that runs on the calling thread until it first waits. This call returns after that.
    ///
    /// Work that never waits is complete when the call returns, without another thread. Work that waits continues
    /// elsewhere. Before macOS 26 the task always starts elsewhere.
    @discardableResult
    package static func begun(_ operation: sending @escaping () async -> Void) -> Task<Void, Never> {
        if #available(macOS 26, iOS 26, tvOS 26, watchOS 26, visionOS 26, *) {
            Task.immediate(operation: operation)
        } else {
            Task(operation: operation)
        }
    }
}
