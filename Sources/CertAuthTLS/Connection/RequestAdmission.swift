// SPDX-License-Identifier: Apache-2.0

package import CertAuth

/// Whether a connection may answer a request, also after a reload.
package enum RequestAdmission: Sendable {
    /// It may. Routes still decide what they require of the client.
    case admitted
    /// The request's host has another policy than the connection, or the policy in force would not have accepted the
    /// connection: 421.
    case misdirected
    /// The handshake accepted the client under an earlier policy, and the policy in force refuses it. Never a success.
    case refused(AuthenticationResult)
}
