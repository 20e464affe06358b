// SPDX-License-Identifier: Apache-2.0

package import CertAuth
package import CertAuthTesting

/// A PKI for development: authorities, leaves and CRLs in one folder. Its keys are not encrypted, so only the owner can
/// read the folder.
package struct DevelopmentPKI: Sendable {
    package let folder: PKIFolder
    package internal(set) var index: PKIIndex
    /// What was done, but will probably not work.
    package private(set) var warnings: [String] = []
    /// The source of issue dates.
    package var clock: VerificationClock

    /// Opens the PKI in a folder.
    package init(opening path: String, clock: VerificationClock = .system) throws(CommandFailure) {
        folder = try PKIFolder(opening: path)
        self.clock = clock
        index = try Self.index(in: folder)
    }

    private static func index(in folder: PKIFolder) throws(CommandFailure) -> PKIIndex {
        guard let index = PKIIndex(json: try folder.read("index.json")) else {
            throw .usage("\(folder.path)/index.json: not the index of a development PKI")
        }
        return index
    }

    /// Changes the PKI while no other command can change it. Reads the index again first, because another command may
    /// have changed it since it was read.
    mutating func change<Result>(
        _ body: (inout Self) throws(CommandFailure) -> Result
    ) throws(CommandFailure) -> Result {
        let folder = folder
        return try folder.locked { () throws(CommandFailure) in
            index = try Self.index(in: folder)
            return try body(&self)
        }
    }

    /// Creates a PKI with a root, an intermediate below it, and a CRL of each.
    ///
    /// - Parameter replacing: replaces an existing PKI; its keys are lost.
    package init(
        creating path: String,
        _ settings: PKISettings = PKISettings(),
        replacing: Bool = false,
        clock: VerificationClock = .system
    ) throws(CommandFailure) {
        folder = try PKIFolder(preparing: path)
        index = PKIIndex()
        index.responderURL = try settings.responderURL.map(Self.checkedResponderURL)
        self.clock = clock
        for name in [settings.rootName, settings.intermediateName] { try PKINames.checkCommonName(name) }
        // Other commands wait for the lock, and a key takes long to generate.
        let keys = try Kit.run {
            (root: try TestKey.generate(settings.key.kind), intermediate: try TestKey.generate(settings.key.kind))
        }
        let folder = folder
        try folder.locked { () throws(CommandFailure) in
            if replacing {
                try removeAll()
            } else {
                try checkIsEmpty(path)
            }
            let root = try Kit.run {
                try TestAuthority(settings.rootName, key: keys.root, clock: clock) { template in
                    template.notAfter = .automatic(clock.now().adding(seconds: settings.rootDays * 86_400))
                }
            }
            try add(root, named: Self.rootName, issuer: Self.rootName)
            var intermediate = AuthorityRequest(name: Self.intermediateName, commonName: settings.intermediateName)
            intermediate.pathLength = settings.pathLength
            try add(intermediate, key: keys.intermediate, replacing: false)
        }
    }

    package static let rootName = "root"
    package static let intermediateName = "intermediate"

    /// Creates a subordinate authority and its first CRL.
    package mutating func addAuthority(_ request: AuthorityRequest, replacing: Bool = false) throws(CommandFailure) {
        let key = try Kit.run { try TestKey.generate(request.key.kind) }
        try change { pki throws(CommandFailure) in try pki.add(request, key: key, replacing: replacing) }
    }

    /// Issues a leaf.
    ///
    /// - Returns: the certificate.
    @discardableResult
    package mutating func issue(
        _ request: LeafRequest,
        replacing: Bool = false
    ) throws(CommandFailure) -> Certificate {
        try PKINames.checkCommonName(request.commonName)
        let names = try request.alternativeNames()
        let key = try Kit.run { try TestKey.generate(request.key.kind) }
        return try change { pki throws(CommandFailure) in
            try pki.add(request, names: names, key: key, replacing: replacing)
        }
    }

    /// Returns the authority with this name, with its key.
    package func authority(named name: String) throws(CommandFailure) -> TestAuthority {
        guard let position = index.position(named: name), index.entries[position].kind == .authority else {
            let known = index.authorities.map(\.name).joined(separator: ", ")
            throw .usage("no authority \(DisplayText.escaped(name)) in \(folder.path), found \(known)")
        }
        let files = try PKIFileNames(name)
        let certificate = try firstCertificate(files.certificate)
        let key = try Kit.run { try TestKey(pem: try folder.text(files.key)) }
        var issuers: [[UInt8]] = []
        var above = index.entries[position]
        while above.issuer != above.name {
            issuers.append(try firstCertificate(try PKIFileNames(above.issuer).certificate).derEncoded)
            guard let next = index.position(named: above.issuer), issuers.count < 32 else {
                throw .usage("\(folder.path)/index.json: the issuers of \(name) do not lead to a root")
            }
            above = index.entries[next]
        }
        return try Kit.run {
            try TestAuthority(certificateDER: certificate.derEncoded, key: key, issuers: issuers, clock: clock)
        }
    }

    func firstCertificate(_ file: String) throws(CommandFailure) -> Certificate {
        guard let first = try InputFiles.certificates(folder.path(of: file)).first else {
            throw .usage("\(folder.path(of: file)): no certificate in it")
        }
        return first
    }

    /// Writes the index.
    func save() throws(CommandFailure) {
        let bytes = try Kit.run { try index.json() }
        try folder.write(bytes, as: "index.json")
    }
}

extension DevelopmentPKI {
    private mutating func add(_ request: AuthorityRequest, key: TestKey, replacing: Bool) throws(CommandFailure) {
        try checkIsFree(request.name, replacing: replacing)
        try PKINames.checkCommonName(request.commonName)
        let parent = try authority(named: request.issuer)
        try checkMayIssueAuthority(request.issuer)
        let validity = Self.validity(from: request.notBefore, days: request.days, now: clock.now())
        try compare(validity, with: request.issuer)
        let authority = try Kit.run {
            try parent.intermediate(request.commonName, key: key, pathLength: request.pathLength) { template in
                template.notBefore = .automatic(validity.lowerBound)
                template.notAfter = .automatic(validity.upperBound)
                for source in revocationSources(issuer: request.issuer) { template.extensions.replace(source) }
            }
        }
        try add(authority, named: request.name, issuer: request.issuer)
    }

    private mutating func add(
        _ request: LeafRequest,
        names: [GeneralNameTemplate],
        key: TestKey,
        replacing: Bool
    ) throws(CommandFailure) -> Certificate {
        try checkIsFree(request.name, replacing: replacing)
        let authority = try authority(named: request.issuer)
        let validity = Self.validity(from: request.notBefore, days: request.days, now: clock.now())
        try compare(validity, with: request.issuer)
        let identity = try Kit.run {
            try authority.issue(request.commonName, key: key) { template in
                template.notBefore = .automatic(validity.lowerBound)
                template.notAfter = .automatic(validity.upperBound)
                template.extensions.replace(.extendedKeyUsage(request.purposes))
                for source in revocationSources(issuer: request.issuer) { template.extensions.replace(source) }
                if !names.isEmpty { template.extensions.replace(.subjectAlternativeNames(names)) }
            }
        }
        let certificate = try Kit.run { try identity.certificate }
        index.entries.append(
            PKIIndex.Entry(name: request.name, kind: .leaf, issuer: request.issuer, certificate: certificate)
        )
        // The index comes first: a certificate that exists can always be revoked.
        try save()
        try write(identity, named: request.name)
        return certificate
    }

    /// By default, certificates are valid since an hour ago, for peers whose clocks are slow.
    private static func validity(from start: Timestamp?, days: Int64, now: Timestamp) -> ClosedRange<Timestamp> {
        (start ?? now.adding(seconds: -3_600))...(start ?? now).adding(seconds: days * 86_400)
    }

    /// Throws if a path length forbids authorities below `name`.
    private func checkMayIssueAuthority(_ name: String) throws(CommandFailure) {
        var below = 0
        var current = name
        while let position = index.position(named: current), below <= 32 {
            let certificate = try firstCertificate(try PKIFileNames(current).certificate)
            if let limit = certificate.basicConstraints?.pathLength, limit <= below {
                throw .usage(
                    "\(current) has path length \(limit): nothing that an authority below \(name) issues would be accepted",
                    hint: "choose another --from, or make the issuer with a greater --path-length"
                )
            }
            below += 1
            let issuer = index.entries[position].issuer
            guard issuer != current else { return }
            current = issuer
        }
    }

    /// Throws if the validity is outside of the issuer's, and warns if it ends later.
    private mutating func compare(_ validity: ClosedRange<Timestamp>, with issuer: String) throws(CommandFailure) {
        let authority = try firstCertificate(try PKIFileNames(issuer).certificate).validity
        guard validity.lowerBound <= authority.notAfter else {
            throw .usage(
                "the certificate begins at \(validity.lowerBound), after the end of \(issuer), \(authority.notAfter): it would "
                    + "never be accepted",
                hint: "choose another --from or --not-before"
            )
        }
        guard validity.upperBound > authority.notAfter else { return }
        warnings.append(
            "the certificate ends at \(validity.upperBound), but is accepted only until the end of \(issuer), "
                + "\(authority.notAfter): fewer --days are enough"
        )
    }

    private mutating func add(_ authority: TestAuthority, named name: String, issuer: String) throws(CommandFailure) {
        let certificate = try Kit.run { try authority.certificate }
        index.entries.append(PKIIndex.Entry(name: name, kind: .authority, issuer: issuer, certificate: certificate))
        // The index comes first: an authority that exists can always be revoked.
        try save()
        try write(authority.identity, named: name)
        try issueRevocationList(of: name, days: 30)
    }

    private func write(_ identity: TestIdentity, named name: String) throws(CommandFailure) {
        let files = try PKIFileNames(name)
        folder.remove(files.pkcs12)
        try folder.write(try Kit.run { try identity.privateKeyPEM() }, as: files.key)
        try folder.write(try Kit.run { try identity.certificatePEM() }, as: files.certificate)
        try folder.write(try Kit.run { try identity.chainPEM() }, as: files.chain)
    }

    private func checkIsFree(_ name: String, replacing: Bool) throws(CommandFailure) {
        let files = try PKIFileNames(name)
        if let position = index.position(named: name), index.entries[position].kind == .authority {
            throw .usage("\(name) is an authority of this PKI, which cannot be replaced", hint: "choose another name")
        }
        // Where a file system ignores case, the two would have the same files.
        if let authority = index.authorities.first(where: { $0.name.lowercased() == name.lowercased() }) {
            throw .usage(
                "\(name) differs only in case from the authority \(authority.name)",
                hint: "choose another name"
            )
        }
        let existing = [files.certificate, files.key, files.chain].first(where: folder.exists)
        guard let existing, !replacing else { return }
        throw .usage("\(folder.path(of: existing)): exists", hint: "give --force to replace it, or choose another name")
    }

    /// Throws if there is a PKI, or a file that a new one would replace.
    private func checkIsEmpty(_ path: String) throws(CommandFailure) {
        guard !folder.exists("index.json") else {
            throw .usage(
                "\(path): already contains a development PKI",
                hint: "give --force to replace it and its keys"
            )
        }
        guard let existing = try Self.firstFiles.first(where: folder.exists) else { return }
        throw .usage(
            "\(folder.path(of: existing)): exists, and is not of a development PKI",
            hint: "name another folder with --dir, or give --force to replace the file"
        )
    }

    /// Removes the files of the index, and those of the first authorities, which an interrupted command may have left.
    private func removeAll() throws(CommandFailure) {
        if folder.exists("index.json"), let old = PKIIndex(json: try folder.read("index.json")) {
            for entry in old.entries {
                for file in try PKIFileNames(entry.name).all { folder.remove(file) }
            }
        }
        for file in try Self.firstFiles { folder.remove(file) }
        folder.remove("index.json")
    }

    private static var firstFiles: [String] {
        get throws(CommandFailure) {
            try PKIFileNames(rootName).all + PKIFileNames(intermediateName).all + ["crls.pem"]
        }
    }
}

extension PKIFolder {
    func text(_ name: String) throws(CommandFailure) -> String { String(decoding: try read(name), as: UTF8.self) }
}

/// Calls into the testing kit. Its errors are internal errors of the program.
enum Kit {
    static func run<Result>(_ body: () throws -> Result) throws(CommandFailure) -> Result {
        do {
            return try body()
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(.internalError, DisplayText.escaped("\(error)"))
        }
    }
}
