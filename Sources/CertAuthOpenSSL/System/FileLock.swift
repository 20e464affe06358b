// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// An exclusive advisory lock on a file (`flock(2)`), held until the end of its life.
///
/// The operating system releases it when the process ends, however it ends. The file itself stays: without a holder it
/// means nothing.
package struct FileLock: ~Copyable {
    private let descriptor: Int32

    /// The time between two attempts, in milliseconds.
    private static let interval = 10

    /// Takes the lock on the file at `path`, and creates the file with mode 0600 if it is missing.
    ///
    /// - Parameters:
    ///   - path: The file. A symbolic link there is an error.
    ///   - seconds: How long to wait while another holder has the lock; it is tried at least once.
    /// - Throws: `SystemError` whose `isTimeout` is true if another holder has the lock; otherwise why the file cannot be
    ///   locked.
    package init(on path: String, waitingSeconds seconds: Int) throws(SystemError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .last }
        var attempts = max(0, seconds) * 1000 / Self.interval
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let error = SystemError.last
            guard error.isTimeout || error.code == EINTR, attempts > 0 else {
                close(descriptor)
                throw error
            }
            attempts -= 1
            usleep(UInt32(Self.interval * 1000))
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Releases the lock. The end of the value's life does the same, but may come before the end of its scope.
    package consuming func release() {}
}
