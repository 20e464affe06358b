// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOCore
import NIOHPACK
import NIOHTTP2

/// The state of one HTTP/2 stream on the server: one request within its deadlines, and its answer.
///
/// Each event is one call, which returns what the handler has to do. The machine uses no channel, clock or task.
struct HTTP2StreamStateMachine {
    /// What the handler has to do.
    enum Action: Equatable {
        case none
        case liftDeadline
        /// Request room for the body from the connection, and call `roomWasGiven` once it is granted.
        case askForRoom(bytes: Int)
        /// Move the deadline, send 100 (Continue) with `sendsContinue`, and read.
        case receiveBody(within: TimeAmount, sendsContinue: Bool)
        /// Remove the deadline and pass the request to the gate. With `needsCertificate` the answer is a refusal,
        /// because no certificate can be requested over HTTP/2.
        case answer(HTTPRequest, body: [UInt8], trailers: HTTPFields, needsCertificate: Bool)
        /// Send this refusal as the answer.
        case refuse(RequestDefect)
        /// Remove the deadline and reset the stream.
        case reset(NIOHTTP2.HTTP2ErrorCode)
    }

    enum Phase {
        case idle
        /// The body is read once there is room for it.
        case receiving(HTTP2RequestAssembly, hasRoom: Bool)
        case responding
        /// The answer is being sent. Later input is not read.
        case finishing
        case closed
    }

    private let limits: HTTPSListenerLimits
    private var phase = Phase.idle
    private var isRequestWhole = false
    /// The request's method. It is also known if the request is refused.
    private(set) var method: HTTPRequest.Method?

    init(limits: HTTPSListenerLimits) { self.limits = limits }

    var isClosed: Bool { if case .closed = phase { true } else { false } }

    /// Whether the stream is read further at the end of a batch.
    var reads: Bool { if case .receiving(_, hasRoom: true) = phase { true } else { false } }

    /// Whether the whole request has arrived.
    var isWhole: Bool { isRequestWhole }

    /// HEADERS arrived, of the request or its trailers.
    ///
    /// - Parameters:
    ///   - mayHoldStream: whether the connection's number of streams is within the limit.
    ///   - needsCertificate: whether a certificate would have to be requested from the client.
    mutating func received(
        _ block: HPACKHeaders,
        endsStream: Bool,
        mayHoldStream: Bool,
        needsCertificate: (HTTPRequest) -> Bool
    ) -> Action {
        do throws(RequestDefect) {
            switch phase {
            case .idle:
                isRequestWhole = endsStream
                guard mayHoldStream else { return reset(.refusedStream) }
                return try begin(block, needsCertificate)
            case .receiving(var request, let hasRoom):
                try request.append(trailers: block)
                return proceed(request, hasRoom: hasRoom, isWhole: endsStream)
            case .responding, .finishing, .closed:
                return .none
            }
        } catch {
            return refuse(error)
        }
    }

    /// DATA arrived.
    mutating func received(_ bytes: ByteBuffer?, endsStream: Bool) -> Action {
        guard case .receiving(var request, let hasRoom) = phase else { return .none }
        // The phase does not hold the request during the change, so that its body is not copied.
        phase = .idle
        do throws(RequestDefect) {
            if let bytes { try request.append(bytes) }
            return proceed(request, hasRoom: hasRoom, isWhole: endsStream)
        } catch {
            return refuse(error)
        }
    }

    private mutating func begin(
        _ block: HPACKHeaders,
        _ needsCertificate: (HTTPRequest) -> Bool
    ) throws(RequestDefect) -> Action {
        method = block.first(name: ":method").flatMap { HTTPRequest.Method($0) }
        let request = try HTTP2RequestAssembly(block, headerLimit: limits.headerBytes, bodyLimit: limits.bodyBytes)
        if needsCertificate(request.head) { return answer(request, needsCertificate: true) }
        if isRequestWhole { return answer(request, needsCertificate: false) }
        phase = .receiving(request, hasRoom: false)
        return .askForRoom(bytes: request.expectedBytes)
    }

    private mutating func proceed(_ request: HTTP2RequestAssembly, hasRoom: Bool, isWhole: Bool) -> Action {
        guard !isWhole else {
            isRequestWhole = true
            return answer(request, needsCertificate: false)
        }
        phase = .receiving(request, hasRoom: hasRoom)
        return .none
    }

    private mutating func answer(_ request: HTTP2RequestAssembly, needsCertificate: Bool) -> Action {
        phase = .responding
        return .answer(
            request.head,
            body: request.body,
            trailers: request.trailers,
            needsCertificate: needsCertificate
        )
    }

    /// The connection has room for the body.
    mutating func roomWasGiven() -> Action {
        guard case .receiving(let request, _) = phase else { return .none }
        phase = .receiving(request, hasRoom: true)
        return .receiveBody(within: TimeAmount(limits.bodyTimeout), sendsContinue: request.expectsContinue)
    }

    /// The request cannot be answered now. The client may send it again (RFC 9113 section 8.7).
    mutating func requestCannotBegin() -> Action { reset(.refusedStream) }

    /// The gate has answered. Returns whether to send the answer. It is not sent if the stream has ended.
    mutating func answerIsReady() -> Bool {
        guard case .responding = phase else { return false }
        phase = .finishing
        return true
    }

    /// The whole answer was sent, or could not be sent.
    mutating func answerWasSent(isWhole: Bool) -> Action {
        guard case .finishing = phase else { return .none }
        guard isWhole else { return reset(.internalError) }
        // RFC 9113 section 8.1: the answer is complete, and the rest of the request is not needed.
        return isRequestWhole ? .liftDeadline : reset(.noError)
    }

    /// A body that does not arrive in time is answered with 408. An answer that is not received in time ends the
    /// stream.
    mutating func timeDidRunOut() -> Action {
        switch phase {
        case .receiving: refuse(.tooSlow)
        case .finishing: reset(.cancel)
        case .idle, .responding, .closed: .none
        }
    }

    /// The stream has ended.
    mutating func channelDidClose() { phase = .closed }

    private mutating func refuse(_ defect: RequestDefect) -> Action {
        phase = .finishing
        return .refuse(defect)
    }

    private mutating func reset(_ code: NIOHTTP2.HTTP2ErrorCode) -> Action {
        phase = .closed
        return .reset(code)
    }
}
