// SPDX-License-Identifier: Apache-2.0
// Converts the result of a C call to a Swift value or an error.

import COpenSSL

/// Calls OpenSSL with an empty error queue and returns the resulting object.
///
/// - Throws: `OpenSSLError` with the entries of the queue if the result is nil.
package func checked<Pointer>(
    _ operation: StaticString,
    _ call: () -> Pointer?
) throws(OpenSSLError) -> Pointer {
    ERR_clear_error()
    guard let result = call() else { throw OpenSSLError.drained(after: operation) }
    return result
}

/// Calls OpenSSL with an empty error queue. A result of zero or less is a failure.
///
/// - Throws: `OpenSSLError` with the entries of the queue.
@discardableResult
package func checkedStatus<Status: BinaryInteger>(
    _ operation: StaticString,
    _ call: () -> Status
) throws(OpenSSLError) -> Status {
    ERR_clear_error()
    let status = call()
    guard status > 0 else { throw OpenSSLError.drained(after: operation) }
    return status
}

/// Calls an OpenSSL encoder that allocates its output (`i2d_…` with a nil buffer) and copies the bytes.
package func encoded(
    _ operation: StaticString,
    _ call: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>) -> Int32
) throws(OpenSSLError) -> [UInt8] {
    var buffer: UnsafeMutablePointer<UInt8>?
    ERR_clear_error()
    let length = call(&buffer)
    guard length > 0, let bytes = buffer else { throw OpenSSLError.drained(after: operation) }
    defer { CA_OPENSSL_free(bytes) }
    return Array(UnsafeBufferPointer(start: bytes, count: Int(length)))
}
