// SPDX-License-Identifier: Apache-2.0
// The servers that `PeerServers` can be.

/// A kind of server made of other people's packages, in part or altogether.
package enum PeerKind: String {
    /// SwiftNIO's HTTP/1 pipeline on NIOSSL, client certificates demanded.
    case nio
    /// Hummingbird on NIOSSL, client certificates demanded, nobody asks for whom.
    case hummingbird
    /// Hummingbird on NIOSSL, without any authentication.
    case hummingbirdAnonymous = "hummingbird-anonymous"
    /// Hummingbird on NIOSSL, client certificates demanded, their subject read in each request.
    case hummingbirdSubject = "hummingbird-subject"
    /// Hummingbird on our channel, client certificates demanded, the principal read in each request.
    case hummingbirdCertAuth = "hummingbird-certauth"
}
