// SPDX-License-Identifier: Apache-2.0
// The names of `--names`, added to those of the flags.

import CertAuth
import CertAuthOpenSSL
import CertAuthTLS

extension ServeSettings {
    /// Returns these settings with the names of `--names`, from the file as `snapshot` reads it.
    func withNames(in snapshot: InputSnapshot) throws(CommandFailure) -> ServeSettings {
        guard let namesFile else { return self }
        let file: NamesFile
        do throws(InputContents.Failure) {
            guard case .names(let names) = try snapshot.contents(of: namesFile, as: .names) else { return self }
            file = names
        } catch {
            throw InputSnapshot.failure(error, at: namesFile)
        }
        if let permissions = snapshot.status(of: namesFile)?.permissions, permissions & 0o002 != 0 {
            let place = NamesFile.place(namesFile, line: nil)
            throw .usage(
                "\(place): every user can write to it (mode \(String(permissions, radix: 8))), and it decides which clients the "
                    + "server trusts",
                hint: "chmod o-w \(place)"
            )
        }
        return try adding(file, at: namesFile)
    }

    /// Returns these settings with the names of a file. A name may be in the file or in flags, not in both.
    func adding(_ file: NamesFile, at path: String) throws(CommandFailure) -> ServeSettings {
        var settings = self
        if let others = file.others {
            if let generalModeFlag {
                throw .usage(
                    "\(NamesFile.place(path, line: others.line)): * and \(generalModeFlag) both set the mode of all other "
                        + "names",
                    hint: "leave one of them out"
                )
            }
            settings.setGeneralMode(others.mode)
            // The line is about other names: a name without a mode keeps the one that it has without this line.
            for index in settings.names.indices where settings.names[index].mode == nil {
                settings.names[index].mode = mode
            }
        }
        let inFlags = Set(names.compactMap { HostPattern($0.name) })
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        for name in file.names {
            guard !(HostPattern(name.name).map(inFlags.contains) ?? false) else {
                throw .usage(
                    "\(NamesFile.place(path, line: name.line)): \(DisplayText.escaped(name.name)) is also in a flag "
                        + "(--sni, --sni-cert or --sni-trust)",
                    hint: "set a name in one place"
                )
            }
            var name = name.relative(to: folder)
            if file.others != nil, name.mode == nil { name.mode = mode }
            settings.names.append(name)
        }
        return settings
    }

    /// Serves all other names, in this mode.
    mutating func setGeneralMode(_ mode: ClientCertificateMode) {
        self.mode = mode
        unnamedClients = permitsLooserDefault ? .insecurelyServedByLooserDefault : .servedByDefault
    }

    /// The files that these settings name. Those of `--names` are missing unless they were added.
    var inputFiles: [InputFile] {
        var files: [InputFile] = []
        func add(_ paths: [String?], _ kind: InputKind) {
            for path in paths { if let path { files.append(InputFile(path, kind)) } }
        }
        add([certificate] + forwarding.map(\.certificate) + additionalIdentities.map(\.certificate), .certificates)
        add(staples, .ocspResponse)
        add([key] + additionalIdentities.map(\.key), .privateKey)
        add([ticketKey], .secret)
        add(clientAuthorities + intermediates, .certificates)
        add(revocationLists, .revocationLists)
        if case .file(let path) = authorityNames { add([path], .certificates) }
        for name in names {
            let others = name.additionalIdentities
            add([name.certificate] + others.map(\.certificate) + name.clientAuthorities, .certificates)
            add([name.key] + others.map(\.key), .privateKey)
        }
        var seen: Set<InputFile> = []
        return files.filter { seen.insert($0).inserted }
    }

    /// The paths of all files that a reload reads, each once. Those of `--names` are missing unless they were added.
    package var files: [String] {
        var seen: Set<String> = []
        return ([namesFile].compactMap(\.self) + inputFiles.map(\.path)).filter { seen.insert($0).inserted }
    }
}
