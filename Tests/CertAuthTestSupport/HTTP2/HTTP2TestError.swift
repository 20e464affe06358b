// SPDX-License-Identifier: Apache-2.0

/// The error codes of RFC 9113 section 7.
package enum HTTP2TestError {
    package static let noError: UInt32 = 0
    package static let protocolError: UInt32 = 1
    package static let flowControl: UInt32 = 3
    package static let streamClosed: UInt32 = 5
    package static let frameSize: UInt32 = 6
    package static let refusedStream: UInt32 = 7
    package static let cancel: UInt32 = 8
    package static let enhanceYourCalm: UInt32 = 11
}
