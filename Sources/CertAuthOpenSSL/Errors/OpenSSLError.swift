// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// An OpenSSL call that failed, with the entries of the calling thread's error queue.
package struct OpenSSLError: Error, Equatable, Sendable {
    /// One entry of OpenSSL's error queue.
    package struct Entry: Equatable, Sendable {
        /// OpenSSL's packed error code.
        package let code: UInt
        /// The library part of the code, `ERR_LIB_…`.
        package let library: Int32
        /// The reason part of the code.
        package let reason: Int32
        /// OpenSSL's text for the code, "unknown error" if it has none.
        package let text: String
        /// Additional text from the library. Empty if there is none.
        package let detail: String

        package init(code: UInt, library: Int32, reason: Int32, text: String, detail: String) {
            self.code = code
            self.library = library
            self.reason = reason
            self.text = text
            self.detail = detail
        }
    }

    /// The C function that failed.
    package let operation: String
    /// Oldest first. Empty if OpenSSL reported nothing.
    package let entries: [Entry]

    package init(operation: String, entries: [Entry]) {
        self.operation = operation
        self.entries = entries
    }

    /// Removes and returns all entries of the calling thread's error queue.
    ///
    /// Corresponds to `ERR_get_error_all`.
    package static func drained(after operation: StaticString) -> OpenSSLError {
        var entries: [Entry] = []
        var data: UnsafePointer<CChar>?
        var flags: Int32 = 0
        while true {
            let code = ERR_get_error_all(nil, nil, nil, &data, &flags)
            guard code != 0 else { break }
            let text = ERR_reason_error_string(code).map { String(cString: $0) } ?? "unknown error"
            let hasText = flags & ERR_TXT_STRING != 0
            let detail = hasText ? data.map { String(cString: $0) } ?? "" : ""
            entries.append(
                Entry(
                    code: UInt(code),
                    library: CA_ERR_GET_LIB(code),
                    reason: CA_ERR_GET_REASON(code),
                    text: text,
                    detail: detail
                )
            )
        }
        return OpenSSLError(operation: "\(operation)", entries: entries)
    }

    /// True if an entry has this library and reason.
    package func contains(library: Int32, reason: Int32) -> Bool {
        entries.contains { $0.library == library && $0.reason == reason }
    }
}

extension OpenSSLError: CustomStringConvertible {
    /// The call and the reasons, oldest first: `d2i_X509 failed: wrong tag; nested asn1 error`.
    package var description: String {
        let reasons = entries.map { $0.detail.isEmpty ? $0.text : "\($0.text) (\($0.detail))" }
        return reasons.isEmpty ? "\(operation) failed" : "\(operation) failed: \(reasons.joined(separator: "; "))"
    }
}
