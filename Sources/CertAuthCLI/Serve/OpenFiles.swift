// SPDX-License-Identifier: Apache-2.0

package import CertAuth

/// Whether the system lets a server open as many files as its connections need.
package enum OpenFiles {
    /// Files besides the connections and the event loops: standard streams, the listening socket, files of a reload, and
    /// fetches of revocation evidence.
    private static let reserve = 16
    /// The files of one event loop on Linux: epoll, eventfd and timerfd.
    private static let eachLoop = 3

    /// Returns a finding if `limit` is too low.
    ///
    /// - Parameters:
    ///   - connections: the maximum number of open connections.
    ///   - loops: the number of event loops.
    ///   - limit: the number of files that the process may have open; nil if it is not limited.
    package static func finding(connections: Int, loops: Int, limit: Int?) -> ConfigurationFinding? {
        let needed = connections + loops * eachLoop + reserve
        guard let limit, limit < needed else { return nil }
        return ConfigurationFinding(
            "open-files-limit",
            .warning,
            "\(connections) connections need about \(needed) open files, but the system's limit for this process is "
                + "\(limit): before the limit of connections is reached, clients are not accepted and files cannot be "
                + "read; raise it with ulimit -n (LimitNOFILE of systemd), or lower --connections"
        )
    }
}
