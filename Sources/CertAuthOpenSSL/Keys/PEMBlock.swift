// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// A block of PEM text: its label, its headers and its bytes.
package struct PEMBlock: Equatable, Sendable {
    /// The text after BEGIN: `CERTIFICATE`, `PRIVATE KEY`, `X509 CRL`.
    package let label: String
    /// The RFC 1421 headers (`Proc-Type: 4,ENCRYPTED`…) of old key files. Empty in all other blocks.
    package let headers: String
    /// The decoded bytes.
    package let contents: [UInt8]

    package init(label: String, headers: String = "", contents: [UInt8]) {
        self.label = label
        self.headers = headers
        self.contents = contents
    }

    /// All blocks of `text` in their order. Text between blocks is ignored.
    ///
    /// Corresponds to `PEM_read_bio`, called until it reports that no BEGIN line is left.
    package static func blocks(in text: String) throws(OpenSSLError) -> [PEMBlock] {
        let buffer = try PEMBuffer()
        try buffer.write(Array(text.utf8))
        var blocks: [PEMBlock] = []
        while let block = try next(in: buffer) { blocks.append(block) }
        return blocks
    }

    /// The block as text with 64 columns. Corresponds to `PEM_write_bio`.
    package func text() throws(OpenSSLError) -> String {
        let buffer = try PEMBuffer()
        try buffer.withPointer { bio throws(OpenSSLError) in
            _ = try checkedStatus("PEM_write_bio") {
                contents.withUnsafeBufferPointer { PEM_write_bio(bio, label, headers, $0.baseAddress, $0.count) }
            }
        }
        return buffer.text()
    }

    private static func next(in buffer: borrowing PEMBuffer) throws(OpenSSLError) -> PEMBlock? {
        var label: UnsafeMutablePointer<CChar>?
        var headers: UnsafeMutablePointer<CChar>?
        var contents: UnsafeMutablePointer<UInt8>?
        var length = 0
        defer {
            CA_OPENSSL_free(label)
            CA_OPENSSL_free(headers)
            CA_OPENSSL_clear_free(contents, max(0, length))
        }
        do {
            try buffer.withPointer { bio throws(OpenSSLError) in
                _ = try checkedStatus("PEM_read_bio") { PEM_read_bio(bio, &label, &headers, &contents, &length) }
            }
        } catch {
            if error.contains(library: ERR_LIB_PEM, reason: PEM_R_NO_START_LINE) { return nil }
            throw error
        }
        return PEMBlock(
            label: label.map { String(cString: $0) } ?? "",
            headers: headers.map { String(cString: $0) } ?? "",
            contents: Array(UnsafeBufferPointer(start: contents, count: max(0, length)))
        )
    }
}
