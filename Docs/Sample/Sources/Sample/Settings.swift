// SPDX-License-Identifier: Apache-2.0
// The settings that differ between a server with its own TLS and a server behind a proxy.

import Foundation

/// The configuration, read from the environment.
struct Settings {
    /// `SAMPLE_LISTEN`; the default is `127.0.0.1:8443`.
    let host: String
    let port: Int
    /// `SAMPLE_PKI`: the folder that `certauth pki init` made; the default is `pki`.
    let pki: String
    /// `SAMPLE_BEHIND_PROXY`: the network of an nginx that terminates TLS, for instance `127.0.0.1/32`. Without it the
    /// sample terminates TLS itself.
    let proxyNetwork: String?

    struct Unusable: Error, CustomStringConvertible {
        let description: String
    }

    init(environment: [String: String]) throws {
        let listen = environment["SAMPLE_LISTEN"] ?? "127.0.0.1:8443"
        let parts = listen.split(separator: ":")
        guard parts.count == 2, let port = Int(parts[1]) else {
            throw Unusable(description: "SAMPLE_LISTEN is '\(listen)', expected an address and a port")
        }
        (host, self.port) = (String(parts[0]), port)
        pki = environment["SAMPLE_PKI"] ?? "pki"
        proxyNetwork = environment["SAMPLE_BEHIND_PROXY"]
    }
}
