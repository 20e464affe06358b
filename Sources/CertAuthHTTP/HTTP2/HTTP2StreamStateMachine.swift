// SPDX-License-Identifier: Apache-2.0

import HTTPTypes
import NIOCore
import NIOHPACK
import NIOHTTP2

/// The state of one HTTP/2 stream on the server: one request within its deadlines, and its answer.
///
/// Each event is one call, which returns what the handler has to do. The machine knows no channel, clock or task.
struct HTTP2StreamStateMachine {
    /// What the handler has to do.
    enum Action: Equatable {
        case none
        case liftDeadline
        /// Ask the connection for room for the body, and call `roomWasGiven` once there is some.
        case askForRoom(bytes: Int)
        /// Move the deadline, send 100 (Continue) with `sendsContinue`, and read.
        case receiveBody(within: TimeAmount, sendsContinue: Bool)
        /// Lift the deadline and have the request answered. With `needsCertificate` the answer is a refusal, for no client
        /// can be asked for a certificate over HTTP/2.
        case answer(HTTPRequest, body: [UInt8], trailers: HTTPFields, needsCertificate: Bool)
        /// Send this refusal as the answer.
        case refuse(RequestDefect)
        /// Lift the deadline and reset the stream.
        case reset(NIOHTTP2.HTTP2ErrorCode)
    }

    enum Phase {
        case idle
        /// The body is read once there is room for it.
        case receiving(HTTP2RequestAssembly, hasRoom: Bool)
        case responding
        /// The answer is being sent; later input is not read.
        case finishing
        case closed
    }

    private let limits: HTTPSListenerLimits
    private var phase = Phase.idle
    private var isRequestWhole = false
    /// The request's method, known also where the request is refused.
    private(set) var method: HTTPRequest.Method?

    init(limits: HTTPSListenerLimits) { self.limits = limits }

    var isClosed: Bool { if case .closed = phase { true } else { false } }

    /// Whether the stream is read further at the end of a batch.
    var reads: Bool { if case .receiving(_, hasRoom: true) = phase { true } else { false } }

    /// Whether all of the request has arrived.
    var isWhole: Bool { isRequestWhole }

    /// HEADERS arrived: the request's, or its trailers.
    ///
    /// - Parameters:
    ///   - mayHoldStream: whether the connection has not too many streams.
    ///   - needsCertificate: whether the client would have to be asked for its certificate.
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
        // The phase does not hold the request meanwhile, so that its body is not copied.
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

    /// The gate has answered. Returns whether the answer is sent; it is not where the stream has ended.
    mutating func answerIsReady() -> Bool {
        guard case .responding = phase else { return false }
        phase = .finishing
        return true
    }

    /// The whole answer has left, or could not be sent.
    mutating func answerWasSent(isWhole: Bool) -> Action {
        guard case .finishing = phase else { return .none }
        guard isWhole else { return reset(.internalError) }
        // RFC 9113 section 8.1: the answer is complete, and the rest of the request is not wanted.
        return isRequestWhole ? .liftDeadline : reset(.noError)
    }

    /// A body that does not arrive in time is answered 408; an answer that is not taken in time ends the stream.
    mutating func timeDidRunOut() -> Action {
        switch phase {
        case .receiving: refuse(.tooSlow)
        case .finishing: reset(.cancel)
        case .idle, .responding, .closed: .none
        }
    }

    /// The stream is gone.
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
