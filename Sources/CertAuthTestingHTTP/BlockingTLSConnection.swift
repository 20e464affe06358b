// SPDX-License-Identifier: Apache-2.0

import CertAuthHTTP
import CertAuthOpenSSL
import HTTPTypes

/// A TLS connection of the test client. Every call blocks, so it must run on a thread that may block.
final class BlockingTLSConnection {
    private let socket: BlockingSocket
    private let tls: TLSConnection
    private let host: String
    private var received: [UInt8] = []

    init(client: TLSTestClient) throws {
        socket = try BlockingSocket(to: client.address, timeout: client.timeout)
        if !client.preamble.isEmpty { try socket.send(client.preamble) }
        tls = try TLSConnection(context: client.context())
        host = client.serverName ?? "localhost"
        try tls.expectServer(sentName: client.serverName, checkedName: client.expectedName)
        try tls.offerApplicationProtocols()
        if let session = client.session { try tls.offer(session) }
        try drive { tls.handshake() }
    }

    /// The protocol version in use, `TLSv1.2` or `TLSv1.3`.
    var versionName: String { tls.versionName }
    /// The protocol that was negotiated by ALPN.
    var applicationProtocol: String? { tls.applicationProtocol }

    /// The session for a later resumption. On TLS 1.3 there is none before the server's tickets have been read.
    var session: TLSSession? { tls.resumableSession }
    /// Whether this connection resumed an earlier session.
    var isResumed: Bool { tls.isResumed }

    /// Sends a request and waits for its response.
    func response(to request: TestRequest) throws(TestClientError) -> TestResponse {
        try write(request.encoded(host: host))
        return try readResponse(hasBody: request.method != .head)
    }

    /// Sends plaintext unchanged.
    func write(_ bytes: [UInt8]) throws(TestClientError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = try drive { tls.write(rest) }
            rest = rest.dropFirst(count)
        }
    }

    /// Waits for the next final response; interim responses are skipped.
    func readResponse(hasBody: Bool) throws(TestClientError) -> TestResponse {
        let head = try readHead()
        guard head.status >= 200 else { return try readResponse(hasBody: hasBody) }
        guard hasBody, head.status != 204, head.status != 304 else {
            return TestResponse(status: head.status, headerFields: head.fields, body: [])
        }
        guard let length = head.fields[.contentLength].flatMap({ Int($0) }) else {
            throw .malformedResponse("no Content-Length")
        }
        while received.count < length { try readMore() }
        let body = Array(received.prefix(length))
        received.removeFirst(length)
        return TestResponse(status: head.status, headerFields: head.fields, body: body)
    }

    /// Waits for plaintext and returns it as it arrives; never empty.
    func read() throws(TestClientError) -> [UInt8] {
        if received.isEmpty { try readMore() }
        defer { received = [] }
        return received
    }

    /// Updates the keys and asks the server to update its own (TLS 1.3).
    func updateKeys() throws(TestClientError) {
        guard tls.updateKeys() else { throw .tls("\(versionName) has no key update") }
        try drive { tls.handshake() }
    }

    /// Sends close_notify.
    func close() throws(TestClientError) {
        _ = tls.sendCloseNotify()
        try socket.send(tls.takeUnsent())
    }

    /// Reads until the server closes, and returns how it did. Discards plaintext.
    func readToEnd() -> TestClientError {
        while true {
            do throws(TestClientError) {
                try readMore()
            } catch {
                return error
            }
        }
    }

    private func readHead() throws(TestClientError) -> (status: Int, fields: HTTPFields) {
        let separator: [UInt8] = [13, 10, 13, 10]
        while received.firstRange(of: separator) == nil { try readMore() }
        guard let end = received.firstRange(of: separator) else { throw .malformedResponse("no header") }
        let lines = String(decoding: received[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        received.removeFirst(end.upperBound)
        guard let line = lines.first?.split(separator: " "), line.count >= 2, line[0] == "HTTP/1.1",
            let status = Int(line[1])
        else {
            throw .malformedResponse("status line: \(lines.first ?? "")")
        }
        var fields = HTTPFields()
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":"), let name = HTTPField.Name(String(line[..<colon])) else {
                throw .malformedResponse("field: \(line)")
            }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            fields.append(HTTPField(name: name, value: String(value)))
        }
        return (status, fields)
    }

    private func readMore() throws(TestClientError) {
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        let count = try drive { tls.read(into: &buffer) }
        received += buffer.prefix(count)
    }

    /// Repeats a TLS call until it is complete; sends its output and waits for its input.
    @discardableResult
    private func drive(_ call: () -> TLSOutcome) throws(TestClientError) -> Int {
        while true {
            let outcome = call()
            let unsent = tls.takeUnsent()
            if !unsent.isEmpty { try socket.send(unsent) }
            switch outcome {
            case .complete(let count): return count
            case .closed: throw .closed(cleanly: true)
            case .failed(let failure):
                if let alert = failure.receivedAlert { throw .alert(alert.description) }
                throw .tls(failure.description)
            case .wantsMoreInput:
                let bytes = try socket.receive()
                guard !bytes.isEmpty else { throw .closed(cleanly: false) }
                tls.receive(bytes)
            }
        }
    }
}
