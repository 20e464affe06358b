// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL

/// Stores artifacts as files in a folder, so that a restart need not fetch everything again. Several processes may
/// share the folder: files are replaced atomically.
public struct FolderArtifactStore: RevocationArtifactStore {
    /// The folder.
    package let path: String
    /// The maximum size of an artifact in bytes.
    package let sizeLimit: Int
    /// The maximum number of files. When it is reached, no new artifact is stored.
    package let capacity: Int

    /// Uses the folder at `path`. It is created if it does not exist, accessible only to its owner.
    ///
    /// - Throws: `ConfigurationError` if it cannot be created or is not a folder.
    public init(path: String, sizeLimit: Int = 64 << 20, capacity: Int = 20_000) throws(ConfigurationError) {
        do throws(SystemError) {
            try FileSystem.createFolder(path)
        } catch {
            guard error.isExisting else { throw .evidenceFolder(path, error.text) }
        }
        do throws(BoundedFile.Failure) {
            _ = try BoundedFile.names(inFolder: path)
        } catch {
            throw .evidenceFolder(path, "\(error)")
        }
        self.path = path
        self.sizeLimit = sizeLimit
        self.capacity = capacity
    }

    /// The artifact stored under `key`; nil if there is none, or it cannot be read.
    public func artifact(for key: EvidenceKey) async -> RevocationArtifact? {
        guard let file = file(of: key), WholeFile.isPlain(file),
            let bytes = try? BoundedFile.contents(of: file, limit: sizeLimit + 8_192)
        else {
            return nil
        }
        return ArtifactEncoding.decoded(bytes, key: key)
    }

    /// Stores `artifact`. If the disk is full, the previous artifact stays.
    public func store(_ artifact: RevocationArtifact, for key: EvidenceKey) async {
        guard artifact.derEncoded.count <= sizeLimit, let file = file(of: key) else { return }
        if !FileSystem.exists(file), let names = try? BoundedFile.names(inFolder: path), names.count >= capacity {
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
