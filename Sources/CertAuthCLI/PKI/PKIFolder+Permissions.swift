// SPDX-License-Identifier: Apache-2.0
// Who else can reach the folder, or put another one in its place.

import CertAuth
import CertAuthOpenSSL

extension PKIFolder {
    /// Throws if other users can reach the folder's files, or replace the folder itself.
    static func checkIsPrivate(_ path: String, _ status: FileStatus) throws(CommandFailure) {
        guard status.permissions & 0o077 == 0 else {
            let mode = String(status.permissions, radix: 8)
            throw .usage(
                "\(path): has mode \(mode), expected 700: it contains private keys",
                hint: "choose another --dir, or run chmod 700"
            )
        }
        guard status.owner == SystemProcess.user else {
            throw .usage(
                "\(path): belongs to another user, who can read private keys in it",
                hint: "choose another --dir"
            )
        }
    }

    /// Throws if any user may replace folders in the parent, so that keys would be written into another folder.
    static func checkParent(of path: String) throws(CommandFailure) {
        let parent = parent(of: path)
        guard let status = try? FileStatus(of: parent), status.permissions & 0o002 != 0, !status.isSticky else {
            return
        }
        throw .usage(
            "\(parent): every user can replace folders in it (mode \(String(status.permissions, radix: 8))), and keys would "
                + "be written into it",
            hint: "choose another --dir, or run chmod o-w"
        )
    }

    /// Warns of each folder above `path`, up to the root, in which another user can replace what leads to the keys: it
    /// belongs to another user than root and the user of this process, or group or others may write to it and it is not
    /// sticky. OpenSSH refuses such folders above `authorized_keys` (StrictModes).
    static func warnings(ofParentsOf path: String) -> [String] {
        guard var folder = try? FileSystem.realPath(parent(of: path)) else { return [] }
        var warnings: [String] = []
        while true {
            if let status = try? FileStatus(of: folder), let reason = reason(toDistrust: status) {
                warnings.append("\(folder): \(reason), who can put another folder in place of \(path) and its keys")
            }
            guard folder != "/" else { return warnings }
            folder = parent(of: folder)
        }
    }

    private static func reason(toDistrust status: FileStatus) -> String? {
        guard [0, SystemProcess.user].contains(status.owner) else { return "belongs to user \(status.owner)" }
        guard status.permissions & 0o022 != 0, !status.isSticky else { return nil }
        return "can be changed by other users (mode \(String(status.permissions, radix: 8)))"
    }

    private static func parent(of path: String) -> String {
        var name = path[...]
        while name.count > 1, name.last == "/" { name.removeLast() }
        return name.lastIndex(of: "/").map { $0 == name.startIndex ? "/" : String(name[..<$0]) } ?? "."
    }
}
