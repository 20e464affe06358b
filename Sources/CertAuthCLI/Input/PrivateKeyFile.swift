// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthOpenSSL

/// What a file with a private key is, before it is decoded.
package enum PrivateKeyFile {
    /// Whether there is a line that begins a PEM block.
    static func isPEM(_ bytes: [UInt8]) -> Bool { contains("-----BEGIN ", in: bytes) }

    /// Whether the file is a PEM file with an encrypted key. False for files that cannot be read, and for pipes, which
    /// can be read only once.
    package static func isEncrypted(_ path: String) -> Bool {
        guard let status = try? FileStatus(of: path), status.isRegular,
            let bytes = try? BoundedFile.contents(of: path, limit: Certificate.fileSizeLimit)
        else { return false }
        return contains("-----BEGIN ENCRYPTED PRIVATE KEY-----", in: bytes)
            || contains("Proc-Type: 4,ENCRYPTED", in: bytes)
    }

    private static func contains(_ text: String, in bytes: [UInt8]) -> Bool {
        let wanted = Array(text.utf8)
        return bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }).contains { $0.starts(with: wanted) }
    }
}
