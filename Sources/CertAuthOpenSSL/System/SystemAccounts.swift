// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// The users and groups of the system, by name. Calls may block, and must not run at the same time.
package enum SystemAccounts {
    /// The ID of a user; nil if there is none of this name.
    package static func user(_ name: String) -> UInt32? { getpwnam(name)?.pointee.pw_uid }

    /// The ID of a group; nil if there is none of this name.
    package static func group(_ name: String) -> UInt32? { getgrnam(name)?.pointee.gr_gid }
}
