// SPDX-License-Identifier: Apache-2.0

import CertAuth
import CertAuthOpenSSL
import CertAuthTLS

/// The files of one load of the configuration. Each is read once, whatever settings name it and however they spell its
/// path, so no two settings see different versions.
package final class InputSnapshot {
    private let known: InputObjects
    private let password: String?
    private var identities: [String: InputRecord.Identity] = [:]
    private var records: [InputRecord.Identity: InputRecord] = [:]
    private var made = InputObjects()

    /// Starts without files.
    ///
    /// - Parameters:
    ///   - known: objects that are not made again from the same bytes.
    ///   - password: decrypts private keys.
    init(known: InputObjects, password: String?) {
        self.known = known
        self.password = password
    }

    /// Reads the files that were not read before.
    package func read(_ files: [InputFile]) {
        var order: [InputRecord.Identity] = []
        var kinds: [InputRecord.Identity: (path: String, kinds: Set<InputKind>)] = [:]
        for file in files {
            let identity = identities[file.path] ?? InputRecord.Identity(of: file.path)
            identities[file.path] = identity
            guard records[identity]?.results[file.kind] == nil else { continue }
            if kinds[identity] == nil { order.append(identity) }
            kinds[identity, default: (file.path, [])].kinds.insert(file.kind)
        }
        for identity in order {
            guard let (path, wanted) = kinds[identity] else { continue }
            let former = records[identity]
            var record = InputRecord(
                path,
                identity: identity,
                kinds: wanted.union(former.map { Array($0.results.keys) } ?? []),
                known: { self.object($0) },
                password: password
            )
            if let former { record.compare(with: former) }
            records[identity] = record
            made.parsed.merge(record.parsed) { own, _ in own }
        }
    }

    private func object(_ key: InputObjects.Key) -> InputContents? { made.parsed[key] ?? known.parsed[key] }

    /// A path whose file was replaced or written to since it was read; nil if there is none.
    var changedPath: String? {
        identities.filter { path, identity in records[identity]?.isUnchanged(at: path) == false }.keys.min()
    }

    /// The objects of the files that have not changed since they were read.
    var objects: InputObjects {
        var objects = made
        objects.parsed = [:]
        for (path, identity) in identities {
            guard let record = records[identity], record.isUnchanged(at: path) else { continue }
            objects.parsed.merge(record.parsed) { own, _ in own }
        }
        return objects
    }

    /// The metadata of the file at `path` when it was read; nil if it could not be opened.
    func status(of path: String) -> FileStatus? { identities[path].flatMap { records[$0]?.status } }

    /// What the file at `path` contains.
    package func contents(of path: String, as kind: InputKind) throws(InputContents.Failure) -> InputContents {
        read([InputFile(path, kind)])
        guard let identity = identities[path], let result = records[identity]?.results[kind] else {
            throw .loading(.unreadable("not a file"))
        }
        return try result.get()
    }

    /// The object made from files by `make`: the same for the same contents, also in earlier loads.
    func object<Object>(
        from paths: [String],
        in objects: WritableKeyPath<InputObjects, [[[UInt8]]: Object]>,
        _ make: () throws(CommandFailure) -> Object
    ) throws(CommandFailure) -> Object {
        let digests = paths.compactMap { path in identities[path].flatMap { records[$0]?.digest } }
        guard digests.count == paths.count else { return try make() }
        if let object = made[keyPath: objects][digests] { return object }
        let former = known[keyPath: objects][digests]
        let object = if let former { former } else { try make() }
        made[keyPath: objects][digests] = object
        return object
    }
}
