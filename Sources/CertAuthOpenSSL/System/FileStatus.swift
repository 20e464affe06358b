// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// The metadata of a file.
package struct FileStatus: Sendable, Hashable {
    /// Whether it is a folder.
    package let isFolder: Bool
    /// Whether it is a regular file.
    package let isRegular: Bool
    /// Whether only the owner of a file in this folder may replace it.
    package let isSticky: Bool
    /// The user who owns it.
    package let owner: UInt32
    /// The permissions of owner, group and others.
    package let permissions: UInt32
    /// The file system.
    package let device: UInt64
    /// The file's number in the file system.
    package let node: UInt64
    /// The size in bytes.
    package let size: Int64
    /// The last change of the contents: seconds since 1970.
    package let seconds: Int
    /// The rest of the last change.
    package let nanoseconds: Int

    /// The status of the file at `path`, or at the end of a symbolic link there.
    package init(of path: String) throws(SystemError) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .last }
        self.init(status)
    }

    /// The status of the file at `path`, which may be a symbolic link itself.
    package init(ofLink path: String) throws(SystemError) {
        var status = stat()
        guard lstat(path, &status) == 0 else { throw .last }
        self.init(status)
    }

    init(_ status: stat) {
        isFolder = status.st_mode & S_IFMT == S_IFDIR
        isRegular = status.st_mode & S_IFMT == S_IFREG
        isSticky = status.st_mode & S_ISVTX != 0
        owner = status.st_uid
        permissions = UInt32(status.st_mode & 0o777)
        device = UInt64(truncatingIfNeeded: status.st_dev)
        node = UInt64(truncatingIfNeeded: status.st_ino)
        size = Int64(status.st_size)
        #if canImport(Darwin)
        let changed = status.st_mtimespec
        #else
        let changed = status.st_mtim
        #endif
        seconds = Int(changed.tv_sec)
        nanoseconds = Int(changed.tv_nsec)
    }
}
