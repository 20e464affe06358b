// SPDX-License-Identifier: Apache-2.0
// The lists in force, in a folder: the memory of a process that reads its CRLs from files.
//
// The lists themselves are remembered, not the highest number seen: a hostile number could shut a list out, while a list
// counts by its signature alone. An attacker that can write to the folder can only take the memory away.

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Remembers the CRLs in force beyond the life of a process. Authenticators and processes may share one folder, and a
/// `FolderArtifactStore` may use the same.
public struct RevocationListFolder: Sendable {
    private static let suffix = ".list"
    /// The most files that are read or written.
    private static let capacity = 512
    /// The most files that are written of lists whose signer is not known, and their bytes.
    private static let unconfirmedCapacity = 256
    private static let unconfirmedSizeLimit = 64 << 20
    /// The most bytes of all files that are read.
    private static let sizeLimit = 512 << 20

    /// The folder.
    package let path: String

    /// Uses the folder at `path`, which is made if it does not exist, for its owner alone.
    ///
    /// - Throws: `ConfigurationError` when it can't be made or is no folder.
    public init(path: String) throws(ConfigurationError) {
        if mkdir(path, 0o700) != 0, errno != EEXIST { throw .evidenceFolder(path, String(cString: strerror(errno))) }
        do throws(BoundedFile.Failure) {
            _ = try BoundedFile.names(inFolder: path)
        } catch {
            throw .evidenceFolder(path, error.text)
        }
        self.path = path
    }

    /// The lists of the folder, and what can't be read of it.
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

    /// Remembers `lists`, and forgets those of `former` that are not among them.
    ///
    /// Lists of authorized signers come first, and take the place of others when the folder is full.
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
        // The last of these goes first.
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
        // An older memory is better than none.
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
        unlink("\(path)/\(name(of: list))")
        known.remove(name(of: list))
    }

    /// Those that came first stand first.
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
        var status = stat()
        guard lstat(file, &status) == 0 else { return .max }
        #if canImport(Darwin)
        let moment = status.st_mtimespec
        #else
        let moment = status.st_mtim
        #endif
        let (nanoseconds, isTooLarge) = Int(moment.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
        return isTooLarge ? .max : nanoseconds &+ Int(moment.tv_nsec)
    }

    private func name(of list: CertificateRevocationList) -> String { list.fingerprint.hexadecimal + Self.suffix }

    private func isIntact(_ list: CertificateRevocationList) -> Bool {
        let file = "\(path)/\(name(of: list))"
        return (try? BoundedFile.contents(of: file, limit: list.derEncoded.count)) == list.derEncoded
    }

    private func notice(_ kind: EvidenceNotice.Kind, _ name: String, _ reason: String) -> EvidenceNotice {
        let text = kind == .unreadableFile ? "is ignored" : "is not remembered"
        let shown = DisplayText.escaped(name)
        return EvidenceNotice(kind: kind, message: "\(path)/\(shown) \(text): \(reason)")
    }
}
