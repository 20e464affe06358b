// SPDX-License-Identifier: Apache-2.0
// The servers in `PeerServers`.

/// A kind of server that consists of other packages, in part or completely.
package enum PeerKind: String {
    /// SwiftNIO's HTTP/1 pipeline on NIOSSL; client certificates are required.
    case nio
    /// Hummingbird on NIOSSL; client certificates are required but not read.
    case hummingbird
    /// Hummingbird on NIOSSL, without any authentication.
    case hummingbirdAnonymous = "hummingbird-anonymous"
    /// Hummingbird on NIOSSL; client certificates are required, and their subject is read in each request.
    case hummingbirdSubject = "hummingbird-subject"
    /// Hummingbird on our channel; client certificates are required, and the principal is read in each request.
    case hummingbirdCertAuth = "hummingbird-certauth"
}
