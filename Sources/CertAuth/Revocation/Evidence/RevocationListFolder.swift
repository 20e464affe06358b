// SPDX-License-Identifier: Apache-2.0
// Keeps the CRLs in force in a folder, for a process that loads its CRLs from files.
//
// The CRLs themselves are stored, not the highest number seen: a forged number could exclude a CRL, while a CRL counts
// only by its signature. An attacker who can write to the folder can only remove this protection.

internal import CertAuthOpenSSL

/// A folder that keeps the CRLs in force beyond the lifetime of a process. Authenticators and processes may share one
/// folder, and a `FolderArtifactStore` may use the same folder.
package struct RevocationListFolder: Sendable {
    private static let suffix = ".list"
    /// The maximum number of files that are read or written.
    private static let capacity = 512
    /// The maximum number of files for CRLs whose signer is not known, and their maximum size in bytes.
    private static let unconfirmedCapacity = 256
    private static let unconfirmedSizeLimit = 64 << 20
    /// The maximum size of all files that are read, in bytes.
    private static let sizeLimit = 512 << 20

    /// The folder.
    package let path: String

    /// Uses the folder at `path`. It is created if it does not exist, accessible only to its owner.
    ///
    /// - Throws: `ConfigurationError` if it cannot be created or is not a folder.
    package init(path: String) throws(ConfigurationError) {
        do throws(SystemError) {
            try FileSystem.createFolder(path)
        } catch {
            guard error.isExisting else { throw .evidenceFolder(path, error.text) }
        }
        do throws(BoundedFile.Failure) {
            _ = try BoundedFile.names(inFolder: path)
        } catch {
            throw .evidenceFolder(path, error.text)
        }
        self.path = path
    }

    /// The CRLs in the folder, and notices about unreadable files.
    func contents() -> (lists: [CertificateRevocationList], notices: [EvidenceNotice]) {
        var lists: [CertificateRevocationList] = []
        var notices: [EvidenceNotice] = []
        var room = Self.sizeLimit
        for name in names.prefix(Self.capacity) {
            do throws(BoundedFile.Failure) {
                let limit = min(room, CertificateRevocationList.fileSizeLimit)
                let bytes = try BoundedFile.contents(of: "\(path)/\(name)", limit: limit)
                room -= bytes.count
                do throws(CertificateError) {
                    lists.append(try CertificateRevocationList(derEncoded: bytes))
                } catch {
                    notices.append(notice(.unreadableFile, name, "\(error)"))
                }
            } catch {
                notices.append(notice(.unreadableFile, name, error.text))
            }
        }
        return (lists, notices)
    }

    /// Stores `lists`, and removes those of `former` that are not among them.
    ///
    /// CRLs of authorized signers come first, and replace others if the folder is full.
    func replace(
        _ former: [CertificateRevocationList],
        by lists: [CertificateRevocationList]
    ) -> [EvidenceNotice] {
        let current = Set(lists.map(\.fingerprint))
        let gone = former.filter { !current.contains($0.fingerprint) }
        let unconfirmed = lists.filter { !$0.isConfirmed }
        var known = Set(names)
        var notices: [EvidenceNotice] = []
        var isComplete = true
        // The last of these is removed first.
        var dispensable =
            gone.filter(\.isConfirmed) + unconfirmed + gone.filter { !$0.isConfirmed }
        for list in lists.filter(\.isConfirmed) where !(known.contains(name(of: list)) && isIntact(list)) {
            while known.count >= Self.capacity, !known.contains(name(of: list)), let other = dispensable.popLast() {
                forget(other, &known)
            }
            if let notice = remember(list, &known) {
                isComplete = false
                notices.append(notice)
            }
        }
        for list in gone where !list.isConfirmed { forget(list, &known) }
        var room = Self.unconfirmedSizeLimit
        for (index, list) in unconfirmed.enumerated() {
            room -= list.derEncoded.count
            guard index < Self.unconfirmedCapacity, room >= 0 else {
                let reason = "too many or too large lists whose signer is not known"
                notices.append(notice(.unwritableFile, name(of: list), reason))
                break
            }
            guard !(known.contains(name(of: list)) && isIntact(list)) else { continue }
            if let notice = remember(list, &known) {
                isComplete = isComplete && known.count >= Self.capacity
                notices.append(notice)
            }
        }
        // Old CRLs are better than none.
        if isComplete { for list in gone where list.isConfirmed { forget(list, &known) } }
        return notices
    }

    private func remember(_ list: CertificateRevocationList, _ known: inout Set<String>) -> EvidenceNotice? {
        let name = name(of: list)
        guard known.contains(name) || known.count < Self.capacity else {
            return notice(.unwritableFile, name, "more than \(Self.capacity) lists")
        }
        guard WholeFile.write(list.derEncoded, to: "\(path)/\(name)", in: path) else {
            return notice(.unwritableFile, name, "can't be written")
        }
        known.insert(name)
        return nil
    }

    private func forget(_ list: CertificateRevocationList, _ known: inout Set<String>) {
        FileSystem.remove("\(path)/\(name(of: list))")
        known.remove(name(of: list))
    }

    /// The names of the files, oldest first.
    private var names: [String] {
        let names = ((try? BoundedFile.names(inFolder: path)) ?? []).filter {
            $0.hasSuffix(Self.suffix) && WholeFile.isPlain("\(path)/\($0)")
        }
        let ages = names.map { (name: $0, written: Self.written("\(path)/\($0)")) }
        return ages.sorted { first, second in
            guard first.written == second.written else { return first.written < second.written }
            return first.name < second.name
        }.map(\.name)
    }

    private static func written(_ file: String) -> Int {
        guard let status = try? FileStatus(ofLink: file) else { return .max }
        let (nanoseconds, isTooLarge) = status.seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return isTooLarge ? .max : nanoseconds &+ status.nanoseconds
    }

    private func name(of list: CertificateRevocationList) -> String { list.fingerprint.hexadecimal + Self.suffix }

    private func isIntact(_ list: CertificateRevocationList) -> Bool {
        let file = "\(path)/\(name(of: list))"
        return (try? BoundedFile.contents(of: file, limit: list.derEncoded.count)) == list.derEncoded
    }

    private func notice(_ kind: EvidenceNotice.Kind, _ name: String, _ reason: String) -> EvidenceNotice {
        let text = kind == .unreadableFile ? "is ignored" : "is not saved"
        let shown = DisplayText.escaped(name)
        return EvidenceNotice(kind: kind, message: "\(path)/\(shown) \(text): \(reason)")
    }
}
