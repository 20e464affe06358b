// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CertAuth
import CertAuthHTTP
import CertAuthOpenSSL

/// The flags for addresses and Unix sockets.
struct ListenArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The address, as host:port or unix:PATH (default: 127.0.0.1:8443); can be repeated.",
            discussion: "'*' and [::] are all addresses, 0.0.0.0 those of IPv4, localhost is 127.0.0.1 and ::1."
        ),
        transform: ListenArgument.address
    )
    var listen: [ListenerAddress] = []
    @Option(
        help: "The permissions of Unix sockets in octal, for instance 0660 (default: those of the umask).",
        transform: Self.mode
    ) var listenMode: UInt32?
    @Option(help: ArgumentHelp("The owner of Unix sockets, by name or ID.", valueName: "user:group"))
    var listenOwner: String?

    private static let longestMode = 4

    /// Returns the checked settings.
    func settings() throws(CommandFailure) -> ListenSettings {
        var settings = ListenSettings()
        if !listen.isEmpty {
            var seen: Set<ListenerAddress> = []
            for address in listen where !seen.insert(address).inserted && address.port != 0 {
                throw .usage("--listen \(UsageError.shown("\(address)")) is given twice", hint: "leave one of them out")
            }
            settings.addresses = listen
            settings.areGiven = true
        }
        guard (listenMode == nil && listenOwner == nil) || !settings.socketPaths.isEmpty else {
            let flag = listenMode == nil ? "--listen-owner" : "--listen-mode"
            throw .usage(
                "\(flag) has no meaning without a Unix socket",
                hint: "give --listen unix:PATH, or leave it out"
            )
        }
        settings.mode = listenMode
        if let listenOwner { (settings.user, settings.group) = try Self.owner(listenOwner) }
        return settings
    }

    @Sendable private static func mode(_ text: String) throws -> UInt32 {
        let isOctal = text.utf8.allSatisfy { (0x30...0x37).contains($0) }
        guard isOctal, (3...longestMode).contains(text.utf8.count), let mode = UInt32(text, radix: 8), mode <= 0o777
        else { throw ValidationError("expected octal permissions, for instance 0660") }
        return mode
    }

    private static func owner(_ text: String) throws(CommandFailure) -> (user: UInt32?, group: UInt32?) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let (user, group) = (parts[0], parts.count == 2 ? parts[1] : "")
        guard !user.isEmpty || !group.isEmpty else {
            throw .usage("--listen-owner \(UsageError.shown(text)): expected user, user:group or :group")
        }
        return (
            try identifier(user, "user", SystemAccounts.user), try identifier(group, "group", SystemAccounts.group)
        )
    }

    private static func identifier(
        _ name: String,
        _ kind: String,
        _ known: (String) -> UInt32?
    ) throws(CommandFailure) -> UInt32? {
        guard !name.isEmpty else { return nil }
        let isNumber = name.utf8.allSatisfy { (0x30...0x39).contains($0) }
        // The highest number means that nothing changes.
        if isNumber, let number = UInt32(name), number < .max { return number }
        guard !isNumber, let found = known(name) else {
            throw .usage("--listen-owner: the \(kind) '\(UsageError.shown(name))' does not exist")
        }
        return found
    }
}
