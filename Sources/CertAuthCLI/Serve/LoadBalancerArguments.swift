// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CertAuth

/// The flags for a server behind TCP load balancers.
struct LoadBalancerArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Networks of load balancers, or unix:USER-ID, separated by commas: each connection must be theirs and begin with "
                + "a PROXY protocol header; can be repeated.",
            valueName: "network,..."
        )
    ) var proxyProtocol: [String] = []

    /// Applies the flags.
    func apply(to settings: inout ServeSettings) throws(CommandFailure) {
        guard !proxyProtocol.isEmpty else { return }
        guard settings.certificate != nil else {
            throw .usage(
                "--proxy-protocol has no meaning with --plain",
                hint: "HTTP proxies are named with --trusted-proxy"
            )
        }
        var networks: [NetworkRange] = []
        var users: Set<UInt32> = []
        for text in proxyProtocol.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) }) {
            if text.hasPrefix("unix:"), let user = UInt32(text.dropFirst(5)) {
                users.insert(user)
            } else {
                networks.append(try Self.network(String(text)))
            }
        }
        do throws(ForwardingConfigurationError) {
            settings.proxyProtocol = try ProxyProtocolPolicy(from: networks, unixSocketUsers: users)
        } catch {
            throw .usage("--proxy-protocol: \(error)")
        }
    }

    private static func network(_ text: String) throws(CommandFailure) -> NetworkRange {
        do throws(ForwardingConfigurationError) {
            return try NetworkRange(text)
        } catch {
            let hint = "for instance --proxy-protocol 10.0.0.5/32, or unix:USER-ID"
            guard case .networkOfEveryone(let text) = error else {
                throw .usage("--proxy-protocol: \(error)", hint: hint)
            }
            throw .usage(
                "--proxy-protocol: \(DisplayText.escaped(text)) contains every address, so that each client could state any "
                    + "address as its own",
                hint: hint
            )
        }
    }
}
