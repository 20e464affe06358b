// SPDX-License-Identifier: Apache-2.0
// The lock that lets one command at a time change the folder.

import CertAuth
import CertAuthOpenSSL
import CertAuthTesting

extension PKIFolder {
    /// The name of the file that is locked. No certificate's files can have it.
    package static let lockName = ".lock"

    /// How long a command waits for the others, in seconds. Each of them holds the lock for some milliseconds, because
    /// keys are generated before it is taken.
    package static let lockSeconds = 30

    /// Runs `body` while no other command can change the folder. Waits for a command that has the lock.
    ///
    /// The operating system releases the lock of a command that is killed. What such a command has begun to write is
    /// removed here.
    ///
    /// - Parameter seconds: the longest time to wait.
    package func locked<Result>(
        waitingSeconds seconds: Int = lockSeconds,
        _ body: () throws(CommandFailure) -> Result
    ) throws(CommandFailure) -> Result {
        let lock = try lock(waitingSeconds: seconds)
        do throws(CommandFailure) {
            removeDrafts()
            let result = try body()
            lock.release()
            return result
        } catch {
            lock.release()
            throw error
        }
    }

    private func lock(waitingSeconds seconds: Int) throws(CommandFailure) -> FileLock {
        let file = path(of: Self.lockName)
        do throws(SystemError) {
            return try FileLock(on: file, waitingSeconds: seconds)
        } catch {
            guard error.isTimeout else { throw .usage("\(file): can't be locked: \(error.text)") }
            throw CommandFailure(
                .internalError,
                "\(file): another certauth pki command has had the lock for \(seconds) seconds, nothing is changed",
                hints: ["let that command end, or end it, then try again; the file itself may stay"]
            )
        }
    }

    /// Every file is written under the lock, so an incomplete one belongs to a command that has ended.
    private func removeDrafts() {
        guard let names = try? FileSystem.names(inFolder: path) else { return }
        for name in names where name.hasPrefix(PrivateFile.draftPrefix) { remove(name) }
    }
}
