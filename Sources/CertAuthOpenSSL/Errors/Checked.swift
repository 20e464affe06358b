// SPDX-License-Identifier: Apache-2.0
// The one place where a C result becomes a Swift value or an error.

import COpenSSL

/// Calls OpenSSL with a clean error queue and returns the object it made.
///
/// - Throws: `OpenSSLError` with the drained queue when the result is nil.
package func checked<Pointer>(
    _ operation: StaticString,
    _ call: () -> Pointer?
) throws(OpenSSLError) -> Pointer {
    ERR_clear_error()
    guard let result = call() else { throw OpenSSLError.drained(after: operation) }
    return result
}

/// Calls OpenSSL with a clean error queue; a result of zero or less is a failure.
///
/// - Throws: `OpenSSLError` with the drained queue.
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

/// Runs an OpenSSL encoder that allocates its output (`i2d_…` with a nil buffer) and copies the bytes out.
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
