// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// Properties of this process, and its clock.
package enum SystemProcess {
    /// An environment variable; nil if it is not set.
    package static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// Removes an environment variable. Must not be called while other threads read the environment.
    package static func removeEnvironment(_ name: String) { unsetenv(name) }

    /// The process's number.
    package static var identifier: Int32 { getpid() }

    /// The number of files that the process may have open (the soft limit); nil if it is unlimited or unknown.
    package static var openFileLimit: Int? {
        var limit = rlimit()
        #if canImport(Glibc)
        let status = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        #else
        let status = getrlimit(RLIMIT_NOFILE, &limit)
        #endif
        // RLIM_INFINITY is a macro that is not imported everywhere; it does not fit in Int.
        return status == 0 ? Int(exactly: limit.rlim_cur).flatMap { $0 < Int(Int32.max) ? $0 : nil } : nil
    }

    /// The user whose rights the process has.
    package static var user: UInt32 { geteuid() }

    /// The system's wall clock, in milliseconds since 1970.
    package static var millisecondsSince1970: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// The system's monotonic clock (`CLOCK_MONOTONIC`), in microseconds.
    package static var monotonicMicroseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }

    /// Asks for a password at the terminal of the process, without echo. Corresponds to `getpass`, which also keeps
    /// signals from leaving the terminal without echo.
    ///
    /// - Returns: Nil if standard input or the prompt's terminal is missing.
    package static func password(_ prompt: String) -> String? {
        guard isatty(STDIN_FILENO) == 1, access("/dev/tty", R_OK | W_OK) == 0 else { return nil }
        return getpass(prompt).map { String(cString: $0) }
    }

    /// Writes bytes to standard output or standard error. An error ends the output.
    package static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = systemWrite(rest, to: descriptor)
            guard count >= 0 || errno == EINTR || errno == EAGAIN else { return }
            rest = rest.dropFirst(max(0, count))
        }
    }
}
