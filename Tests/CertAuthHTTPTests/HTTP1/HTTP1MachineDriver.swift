// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOCore
import NIOHTTP1

@testable import CertAuthHTTP

/// Drives the state machine of an HTTP/1.1 connection without a channel.
struct HTTP1MachineDriver {
    typealias Machine = HTTP1ConnectionStateMachine

    /// Each time differs from the others, so that an action tells which one was used.
    static let limits: HTTPSListenerLimits = {
        var limits = HTTPSListenerLimits()
        limits.headerTimeout = .seconds(1)
        limits.bodyTimeout = .seconds(2)
        limits.responseTimeout = .seconds(3)
        limits.idleTimeout = .seconds(4)
        limits.shutdownTimeout = .seconds(5)
        limits.idleShutdownTimeout = .milliseconds(500)
        limits.bodyBytes = 8
        limits.headerBytes = 64
        return limits
    }()

    static let start = NIODeadline.uptimeNanoseconds(1)
    var state = Machine(limits: limits)

    /// Head parts with which the decoder would announce a request.
    static func head(
        _ method: HTTPMethod = .GET,
        _ path: String = "/",
        version: HTTPVersion = .http1_1,
        _ fields: HTTPHeaders = [:]
    ) -> HTTPServerRequestPart {
        .head(HTTPRequestHead(version: version, method: method, uri: path, headers: ["host": "a"] + fields))
    }

    /// The request that the gate receives for such a head.
    static func request(_ method: HTTPRequest.Method = .get, _ path: String = "/") -> HTTPRequest {
        HTTPRequest(method: method, scheme: "https", authority: "a", path: path)
    }

    mutating func receive(_ part: HTTPServerRequestPart) -> Machine.Action {
        state.received(part, assembly: Self.assembly)
    }

    mutating func nextQueued() -> Machine.Action? { state.nextQueued(assembly: Self.assembly) }

    /// The bytes of a part, then the part.
    mutating func arrive(_ part: HTTPServerRequestPart, bytes: Int = 10) -> Machine.Action {
        let first = state.bytesDidArrive(bytes, isBlank: false)
        if case .refuse = first { return first }
        return receive(part)
    }

    /// One whole request without a body, up to the gate.
    mutating func take(
        _ path: String = "/",
        version: HTTPVersion = .http1_1,
        _ fields: HTTPHeaders = [:]
    ) -> Machine.Action {
        _ = arrive(Self.head(.GET, path, version: version, fields))
        return receive(.end(nil))
    }

    /// The gate answers, and the whole answer leaves.
    mutating func giveAnswer() -> Machine.Action {
        guard case .send = state.answerIsReady(at: Self.start) else { return .none }
        return state.answerWasSent(isWhole: true)
    }

    private static func assembly(of head: HTTPRequestHead) throws(RequestDefect) -> HTTP1RequestAssembly {
        try HTTP1RequestAssembly(head, isSecure: true, headerBytes: limits.headerBytes) { _ in limits.bodyBytes }
    }
}

extension HTTPHeaders {
    fileprivate static func + (one: HTTPHeaders, other: HTTPHeaders) -> HTTPHeaders {
        var sum = one
        sum.add(contentsOf: other)
        return sum
    }
}

extension HTTP1ConnectionStateMachine.Answer {
    /// An answer to a GET request.
    static func send(version: HTTPVersion = .http1_1, wantsNext: Bool = true, keepsAlive: Bool) -> Self {
        let request = HTTP1ConnectionStateMachine.AnsweredRequest(
            method: .get,
            version: version,
            keepsAlive: wantsNext
        )
        return .send(request, keepsAlive: keepsAlive)
    }
}
