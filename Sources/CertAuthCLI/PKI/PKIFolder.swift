// SPDX-License-Identifier: Apache-2.0
// The folder of a development PKI and the names of its files. Only its owner can read it.

import CertAuth
import CertAuthOpenSSL
import CertAuthTesting

/// A folder with mode 0700 whose files have mode 0600.
package struct PKIFolder: Sendable {
    /// The path of the folder.
    package let path: String
    /// Folders above it that other users can change.
    package let warnings: [String]

    /// Uses an existing folder, or creates it.
    ///
    /// - Throws: an error if others may read or write an existing folder, because it will contain keys.
    package init(preparing path: String) throws(CommandFailure) {
        self.path = path
        try Self.checkParent(of: path)
        warnings = Self.warnings(ofParentsOf: path)
        do throws(SystemError) {
            try FileSystem.createFolder(path)
            return
        } catch {
            guard error.isExisting else { throw .usage("\(path): can't be created: \(error.text)") }
        }
        guard let status = try? FileStatus(of: path), status.isFolder else {
            throw .usage("\(path): exists and is not a folder", hint: "choose another --dir")
        }
        try Self.checkIsPrivate(path, status)
    }

    /// Opens a folder that contains a PKI.
    package init(opening path: String) throws(CommandFailure) {
        self.path = path
        warnings = Self.warnings(ofParentsOf: path)
        guard exists("index.json") else {
            throw .usage(
                "\(path): no development PKI in it, index.json is missing",
                hint: "run certauth pki init first"
            )
        }
        try Self.checkParent(of: path)
        if let status = try? FileStatus(of: path) { try Self.checkIsPrivate(path, status) }
    }

    package func path(of name: String) -> String { "\(path)/\(name)" }

    package func exists(_ name: String) -> Bool { FileSystem.exists(path(of: name)) }

    /// Writes a file with mode 0600 and replaces an existing one in one step.
    package func write(_ bytes: [UInt8], as name: String) throws(CommandFailure) {
        do throws(PrivateFile.WriteError) {
            try PrivateFile.write(bytes, to: path(of: name), durably: true)
        } catch {
            throw CommandFailure(.usage, "\(error)")
        }
    }

    package func write(_ text: String, as name: String) throws(CommandFailure) {
        try write(Array(text.utf8), as: name)
    }

    package func read(_ name: String) throws(CommandFailure) -> [UInt8] {
        do throws(BoundedFile.Failure) {
            return try BoundedFile.contents(of: path(of: name), limit: Certificate.fileSizeLimit)
        } catch {
            throw .usage("\(path(of: name)): can't be read: \(error)")
        }
    }

    package func remove(_ name: String) { FileSystem.remove(path(of: name)) }
}

/// The names of one certificate's files.
package struct PKIFileNames: Sendable {
    private let name: String

    /// Checks that the name is safe as part of a file name.
    package init(_ name: String) throws(CommandFailure) {
        let allowed = name.utf8.allSatisfy { byte in
            byte.isASCIIAlphanumeric
                || ".-_@+".utf8.contains(byte)
        }
        guard allowed, (1...64).contains(name.utf8.count), !name.hasPrefix("."), !name.hasPrefix("-") else {
            throw .usage(
                "the name \(DisplayText.escaped(name)) can't be a file name, expected 1 to 64 of A-Z a-z 0-9 . - _ @ +"
            )
        }
        guard !name.hasSuffix(".chain"), !name.hasSuffix(".crl"), name != "crls", name != "index" else {
            throw .usage("the name \(name) is used by the folder's own files")
        }
        self.name = name
    }

    /// The certificate alone.
    package var certificate: String { "\(name).pem" }
    /// The certificate and its intermediates, in the order in which they are presented.
    package var chain: String { "\(name).chain.pem" }
    /// The private key, PKCS #8.
    package var key: String { "\(name).key" }
    /// An authority's CRL.
    package var revocationList: String { "\(name).crl.pem" }
    /// The PKCS #12 file.
    package var pkcs12: String { "\(name).pfx" }

    package var all: [String] { [certificate, chain, key, revocationList, pkcs12] }
}
