// SPDX-License-Identifier: Apache-2.0
// The eight kinds of client that the demonstration shows.

package import CertAuthTesting

/// One kind of client and what must become of it.
package struct DemoClient: Sendable {
    /// What kind.
    package let kind: String
    /// The name of its files in the folder; nil for the client without a certificate.
    package let fileName: String?
    package let identity: TestIdentity?
    /// The HTTP status that is right.
    package let expectedStatus: Int
    /// The failure code that is right; nil where the client comes in.
    package let expectedCode: String?
}

/// What a client got.
package struct DemoRow: Sendable {
    package let client: DemoClient
    /// Nil when there was no HTTP answer.
    package let status: Int?
    package let code: String?
    /// The server's own words.
    package let reason: String

    package init(client: DemoClient, status: Int?, code: String?, reason: String) {
        self.client = client
        self.status = status
        self.code = code
        self.reason = reason
    }

    /// Whether it is what must come.
    package var isRight: Bool { status == client.expectedStatus && code == client.expectedCode }
}
