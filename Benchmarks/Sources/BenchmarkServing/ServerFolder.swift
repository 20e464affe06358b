// SPDX-License-Identifier: Apache-2.0
// The files that the servers read: certificate, key, the root of the clients, and the CRLs.

/// A folder of files for servers.
package struct ServerFolder: Sendable {
    package let path: String
    package var chain: String { path + "/chain.pem" }
    package var key: String { path + "/key.pem" }
    package var root: String { path + "/root.pem" }
    /// The CRL of the clients' issuer, DER.
    package var list: String { path + "/list.der" }
    /// The same and that of the root, PEM.
    package var lists: String { path + "/lists.pem" }

    package init(path: String) { self.path = path }
}
