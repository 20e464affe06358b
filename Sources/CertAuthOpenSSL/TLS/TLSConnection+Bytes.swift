// SPDX-License-Identifier: Apache-2.0
// The bytes of a connection as values whose memory Swift checks.

extension TLSConnection {
    /// Gives in bytes that came from the peer.
    package func receive(_ bytes: RawSpan) { bytes.withUnsafeBytes { receive($0) } }

    /// Gives in bytes that came from the peer.
    package func receive(_ bytes: [UInt8]) { bytes.withUnsafeBytes { receive($0) } }

    /// Decrypts into the free part of `target`, which must not be empty.
    package func read(into target: inout OutputRawSpan) -> TLSOutcome {
        target.withUnsafeMutableBytes { bytes, count in
            let free = UnsafeMutableRawBufferPointer(rebasing: bytes[count...])
            let outcome = read(into: free)
            if case .complete(let read) = outcome { count += read }
            return outcome
        }
    }

    /// Decrypts into the beginning of `target`, which must not be empty.
    package func read(into target: inout [UInt8]) -> TLSOutcome { target.withUnsafeMutableBytes { read(into: $0) } }

    /// Encrypts some or all of `bytes`, which must not be empty.
    package func write(_ bytes: RawSpan) -> TLSOutcome { bytes.withUnsafeBytes { write($0) } }

    /// Encrypts some or all of `bytes`, which must not be empty.
    package func write(_ bytes: ArraySlice<UInt8>) -> TLSOutcome { bytes.withUnsafeBytes { write($0) } }
}
