// SPDX-License-Identifier: Apache-2.0
// The eight kinds of client in the demonstration, and their results.

package import CertAuthTesting

/// One kind of client with its expected result.
package struct DemoClient: Sendable {
    /// The kind, as shown in the table.
    package let kind: String
    /// The name of its files in the folder; nil for the client without a certificate.
    package let fileName: String?
    package let identity: TestIdentity?
    /// The expected HTTP status.
    package let expectedStatus: Int
    /// The expected failure code; nil if the client is admitted.
    package let expectedCode: String?
}

/// The result of one client.
package struct DemoRow: Sendable {
    package let client: DemoClient
    /// Nil if there was no HTTP response.
    package let status: Int?
    package let code: String?
    /// The message from the server.
    package let reason: String

    package init(client: DemoClient, status: Int?, code: String?, reason: String) {
        self.client = client
        self.status = status
        self.code = code
        self.reason = reason
    }

    /// Whether the result is the expected one.
    package var isRight: Bool { status == client.expectedStatus && code == client.expectedCode }
}
