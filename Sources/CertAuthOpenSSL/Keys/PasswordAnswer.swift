// SPDX-License-Identifier: Apache-2.0
// Answers OpenSSL's password callback, so that OpenSSL never prompts on the terminal.

import COpenSSL

/// Holds one password for the duration of one PEM call.
final class PasswordAnswer {
    private let bytes: [UInt8]?

    /// Without a password every request is refused.
    init(_ password: String?) { bytes = password.map { Array($0.utf8) } }

    /// Runs `body` with the callback and its argument, both of the type that PEM functions take.
    func withCallback<Result>(
        _ body: (
            @convention(c) (UnsafeMutablePointer<CChar>?, Int32, Int32, UnsafeMutableRawPointer?) -> Int32,
            UnsafeMutableRawPointer
        ) -> Result
    ) -> Result {
        withExtendedLifetime(self) { body(passwordCallback, Unmanaged.passUnretained(self).toOpaque()) }
    }

    /// Copies the password into the buffer. Negative if there is none or it does not fit; it is never truncated.
    fileprivate func write(to buffer: UnsafeMutablePointer<CChar>, capacity: Int) -> Int32 {
        guard let bytes, bytes.count <= capacity else { return -1 }
        for (index, byte) in bytes.enumerated() { buffer[index] = CChar(bitPattern: byte) }
        return Int32(bytes.count)
    }
}

private func passwordCallback(
    buffer: UnsafeMutablePointer<CChar>?,
    capacity: Int32,
    forWriting: Int32,
    argument: UnsafeMutableRawPointer?
) -> Int32 {
    guard let buffer, let argument else { return -1 }
    let answer = Unmanaged<PasswordAnswer>.fromOpaque(argument).takeUnretainedValue()
    return answer.write(to: buffer, capacity: Int(capacity))
}
