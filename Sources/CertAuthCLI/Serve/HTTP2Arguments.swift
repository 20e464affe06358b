// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CertAuthHTTP
import CertAuthTLS

/// The flags for HTTP/2, and for clients that cannot be asked for a certificate late.
struct HTTP2Arguments: ParsableArguments {
    @Flag(help: "Offers HTTP/2 in addition to HTTP/1.1; names in mode delayed offer only HTTP/1.1.") var http2 = false
    @Option(
        help: ArgumentHelp(
            "The host for clients of names in mode delayed that can't be asked for their certificate.",
            discussion: "They receive a redirect (307) instead of 403; with --http2 these names offer HTTP/2 too.",
            valueName: "host[:port]"
        )
    ) var certificateHost: String?

    /// Applies the flags to `settings`.
    func apply(to settings: inout ServeSettings) throws(CommandFailure) {
        guard settings.certificate != nil || (!http2 && certificateHost == nil) else {
            throw .usage("--http2 and --certificate-host have no meaning with --plain", hint: "leave them out")
        }
        if http2 { settings.http2 = certificateHost == nil ? .exceptDelayed : .all }
        settings.certificateHost = certificateHost
        // The names of a file are not known yet.
        if settings.namesFile == nil { try settings.checkCertificateHost() }
    }
}

extension ServeSettings {
    /// Refuses `--certificate-host` without a name in mode delayed.
    func checkCertificateHost() throws(CommandFailure) {
        guard certificateHost == nil || mode == .delayed || names.contains(where: { $0.mode == .delayed }) else {
            throw .usage(
                "--certificate-host has no meaning if no name is in mode delayed",
                hint: "give --sni NAME=delayed or --mode delayed"
            )
        }
    }
}
