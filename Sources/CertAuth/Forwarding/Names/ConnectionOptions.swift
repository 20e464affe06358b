// SPDX-License-Identifier: Apache-2.0

/// The options of a request's `Connection` fields (RFC 9110 §7.6.1), parsed in any way that a proxy might parse them.
struct ConnectionOptions {
    /// The maximum number of options in a request. Clients send two or three.
    static let most = 64
    /// The maximum size of the fields in bytes. Non-ASCII bytes are more expensive to process.
    static let mostBytes = 4 * 1024

    private static let fields = [FoldedName("Connection"), FoldedName("Proxy-Connection")]

    private(set) var names: [String] = []
    private var count = 0
    private var bytes = 0

    /// Whether a header contains connection options.
    static func areIn(_ name: FoldedName) -> Bool { fields.contains(name) }

    /// Adds the comma-separated names of a field, and the words in them, because some proxies end a name at a space or
    /// semicolon.
    ///
    /// - Throws: `limit-exceeded` if the request has too many options, or too many bytes of them.
    mutating func add(_ value: String) throws(DecodingFault) {
        bytes += value.utf8.count
        guard bytes <= Self.mostBytes else {
            throw DecodingFault(limit: "\(bytes) bytes of connection options, at most \(Self.mostBytes)")
        }
        for option in value.utf8.split(separator: UInt8(ascii: ",")) {
            let words = option.split { $0.isBlank || $0 == UInt8(ascii: ";") }
            count += words.count
            guard count <= Self.most else {
                throw DecodingFault(limit: "more than \(Self.most) connection options")
            }
            if words.count > 1 { names.append(String(Substring(option)).trimmedOfBlanks) }
            names += words.map { String(Substring($0)) }
        }
    }
}
