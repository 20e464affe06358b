// SPDX-License-Identifier: Apache-2.0
// Node's HTTP/2 client: frames, header compression and flow control of another library.

import CertAuth
import CertAuthHTTP
import CertAuthTLS
import CertAuthTestSupport
import CertAuthTesting
import CertAuthTestingHTTP
import XCTest

final class HTTP2NodeTests: XCTestCase {
    /// Sends twenty requests at once, every second one with a body, and prints the distinct answers or the error.
    private static let script = """
        const http2 = require('http2'), fs = require('fs');
        const [port, ca, version, chain, key] = process.argv.slice(2);
        const options = { ca: fs.readFileSync(ca), servername: 'localhost', minVersion: version, maxVersion: version };
        if (chain) { options.cert = fs.readFileSync(chain); options.key = fs.readFileSync(key); }
        const session = http2.connect('https://127.0.0.1:' + port, options);
        const answers = new Set();
        let left = 20;
        const finish = (line) => { console.log(line); session.destroy(); process.exit(0); };
        session.on('error', (error) => finish(error.code));
        for (let i = 0; i < 20; i++) {
          const request = session.request({ ':path': '/', ':method': i % 2 ? 'POST' : 'GET', 'x-number': String(i) });
          let body = '', status = 0;
          request.on('response', (headers) => { status = headers[':status']; });
          request.setEncoding('utf8');
          request.on('data', (chunk) => { body += chunk; });
          request.on('end', () => {
            answers.add(status + ' ' + body.replace(/.*"code":"([^"]*)".*/, '$1'));
            if (--left === 0) finish([...answers].sort().join(', '));
          });
          // A session that fails cancels its streams first.
          request.on('error', (error) => { if (error.code !== 'ERR_HTTP2_STREAM_CANCEL') finish(error.code); });
          request.end(i % 2 ? 'x'.repeat(100000) : undefined);
        }
        """

    func test_node_is_answered_by_the_mode_on_every_stream() async throws {
        let tool = try ExternalTool("node")
        let folder = try TemporaryDirectory()
        let script = try folder.write(Self.script, as: "client.js")
        let authority = try TestAuthority("Client Root")
        let good = try authority.issue("alice").write(to: folder, as: "good")
        let expired = try authority.issue("old", .expired).write(to: folder, as: "expired")
        let required = [
            "1.2": "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE", "1.3": "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
        ]
        for (mode, validation) in [
            (ClientCertificateMode.none, ClientCertificateValidation.request), (.allow, .request), (.require, .request),
            (.require, .handshake),
        ] {
            try await TestListener.withListener(
                trusting: authority,
                mode: mode,
                customize: { configuration in
                    configuration.http2 = .exceptDelayed
                    configuration.requirement = { _ in mode == .none ? .optional : .required }
                    configuration.withTLS { $0.validation = validation }
                }
            ) { listener in
                let port = try XCTUnwrap(listener.address.port)
                let anchor = try folder.write(listener.serverAuthority.identity.anchorPEM(), as: "server-root.pem")
                for version in ["1.2", "1.3"] {
                    let arguments = [script, "\(port)", anchor, "TLSv\(version)"]
                    let expected: [([String], String?)] = [
                        ([good.chain, good.key], mode == .none ? "200 anonymous" : "200 CN=alice"),
                        (
                            [expired.chain, expired.key],
                            mode == .none
                                ? "200 anonymous"
                                : validation == .request ? "403 expired" : "ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED"
                        ),
                        (
                            [],
                            mode == .none
                                ? "200 anonymous" : validation == .request ? "403 no-certificate" : required[version]
                        ),
                    ]
                    for (files, line) in expected {
                        let result = try await tool.run(arguments + files)
                        XCTAssertEqual(
                            result.output,
                            (line ?? "") + "\n",
                            "\(mode) \(validation) \(version) \(files.count)"
                        )
                    }
                }
            }
        }
    }
}
