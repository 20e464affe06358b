// SPDX-License-Identifier: Apache-2.0

package import CertAuth

/// Whether a connection may answer a request, after a reload too.
package enum RequestAdmission: Sendable {
    /// It may. Routes still decide what they demand of the client.
    case admitted
    /// The request's host has another policy than the connection, or the connection could not have been opened under
    /// the policy that is in force: 421.
    case misdirected
    /// The handshake accepted the client under a former policy, and the policy in force refuses it. Never a success.
    case refused(AuthenticationResult)
}
