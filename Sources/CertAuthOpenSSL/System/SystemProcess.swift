// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// What the operating system knows of this process, and its clock.
package enum SystemProcess {
    /// An environment variable; nil if it is not set.
    package static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

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

    /// The system's wall clock, in milliseconds since 1970.
    package static var millisecondsSince1970: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
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
