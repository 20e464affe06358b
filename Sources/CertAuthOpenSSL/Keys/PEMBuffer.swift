// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// The owner of a memory BIO, for the PEM functions.
struct PEMBuffer: ~Copyable {
    private let pointer: OpaquePointer

    /// An empty buffer to write to. Corresponds to `BIO_new` with `BIO_s_secmem`.
    init() throws(OpenSSLError) {
        pointer = try checked("BIO_new") { BIO_new(BIO_s_secmem()) }
    }

    deinit { BIO_free_all(pointer) }

    /// Appends a copy of `bytes`. Corresponds to `BIO_write_ex`.
    borrowing func write(_ bytes: [UInt8]) throws(OpenSSLError) {
        guard !bytes.isEmpty else { return }
        var written = 0
        try checkedStatus("BIO_write_ex") {
            bytes.withUnsafeBytes { BIO_write_ex(pointer, $0.baseAddress, $0.count, &written) }
        }
    }

    /// Lends the `BIO *` for the duration of the closure.
    borrowing func withPointer<Result, Failure: Error>(
        _ body: (OpaquePointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(pointer)
    }

    /// Everything that was written and not yet read, as text. PEM is ASCII, so the conversion is lossless.
    borrowing func text() -> String {
        var start: UnsafePointer<CChar>?
        let length = CA_BIO_get_mem_data(pointer, &start)
        guard let start, length > 0 else { return "" }
        return start.withMemoryRebound(to: UInt8.self, capacity: length) { bytes in
            String(decoding: UnsafeBufferPointer(start: bytes, count: length), as: UTF8.self)
        }
    }
}
