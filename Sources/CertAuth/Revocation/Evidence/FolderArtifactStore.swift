// SPDX-License-Identifier: Apache-2.0
// Artifacts in a folder, so that a restart does not have to fetch everything again.

internal import CertAuthOpenSSL

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Keeps artifacts as files of one folder. Several processes may share it: files appear whole or not at all.
public struct FolderArtifactStore: RevocationArtifactStore {
    /// The folder.
    package let path: String
    /// The largest artifact that is read or written, in bytes.
    package let sizeLimit: Int
    /// The most files; when there are more, nothing new is kept.
    package let capacity: Int

    /// Uses the folder at `path`, which is made if it does not exist, for its owner alone.
    ///
    /// - Throws: `ConfigurationError` when it can't be made or is no folder.
    public init(path: String, sizeLimit: Int = 64 << 20, capacity: Int = 20_000) throws(ConfigurationError) {
        if mkdir(path, 0o700) != 0, errno != EEXIST { throw .evidenceFolder(path, String(cString: strerror(errno))) }
        do throws(BoundedFile.Failure) {
            _ = try BoundedFile.names(inFolder: path)
        } catch {
            throw .evidenceFolder(path, "\(error)")
        }
        self.path = path
        self.sizeLimit = sizeLimit
        self.capacity = capacity
    }

    /// The artifact filed under `key`; nil where there is none, or none that can be read.
    public func artifact(for key: EvidenceKey) async -> RevocationArtifact? {
        guard let file = file(of: key), WholeFile.isPlain(file),
            let bytes = try? BoundedFile.contents(of: file, limit: sizeLimit + 8_192)
        else {
            return nil
        }
        return ArtifactEncoding.decoded(bytes, key: key)
    }

    /// Files `artifact`; a disk that is full leaves what was there.
    public func store(_ artifact: RevocationArtifact, for key: EvidenceKey) async {
        guard artifact.derEncoded.count <= sizeLimit, let file = file(of: key) else { return }
        if access(file, F_OK) != 0, let names = try? BoundedFile.names(inFolder: path), names.count >= capacity {
            return
        }
        _ = WholeFile.write(ArtifactEncoding.encoded(artifact, key: key), to: file, in: path)
    }

    private func file(of key: EvidenceKey) -> String? {
        var encoding = CanonicalEncoding(domain: "CertAuth artifact 1")
        encoding.append("kind", key.source.kind.rawValue)
        encoding.append("address", key.source.address)
        encoding.append("certificate", key.certificateDigest)
        guard let digest = try? DigestAlgorithm.sha256.digest(encoding.bytes) else { return nil }
        return "\(path)/\(Hexadecimal.text(digest)).\(key.source.kind.rawValue)"
    }
}
