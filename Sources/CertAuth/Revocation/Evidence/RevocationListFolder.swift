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
    /// The most bytes of all files that are read.
    private static let sizeLimit = 512 << 20

    /// The folder.
    public let path: String

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
    func replace(
        _ former: [CertificateRevocationList],
        by lists: [CertificateRevocationList]
    ) -> [EvidenceNotice] {
        let known = Set(names)
        var count = known.count
        var notices: [EvidenceNotice] = []
        var isComplete = true
        for list in lists where !(known.contains(name(of: list)) && isIntact(list)) {
            let name = name(of: list)
            count += known.contains(name) ? 0 : 1
            if count > Self.capacity || !WholeFile.write(list.derEncoded, to: "\(path)/\(name)", in: path) {
                isComplete = false
                let reason = count > Self.capacity ? "more than \(Self.capacity) lists" : "can't be written"
                notices.append(notice(.unwritableFile, name, reason))
            }
        }
        // An older memory is better than none.
        guard isComplete else { return notices }
        let current = Set(lists.map(\.fingerprint))
        for list in former where !current.contains(list.fingerprint) { unlink("\(path)/\(name(of: list))") }
        return notices
    }

    private var names: [String] {
        ((try? BoundedFile.names(inFolder: path)) ?? []).filter {
            $0.hasSuffix(Self.suffix) && WholeFile.isPlain("\(path)/\($0)")
        }
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
