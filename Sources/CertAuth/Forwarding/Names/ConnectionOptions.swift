// SPDX-License-Identifier: Apache-2.0
// The headers that `Connection` names.

/// The options of a request's `Connection` fields (RFC 9110 §7.6.1), read as any proxy could read them.
struct ConnectionOptions {
    /// The most options of a request: clients send two or three.
    static let most = 64
    /// The most bytes of the fields. What a byte costs is more where it is not ASCII.
    static let mostBytes = 4 * 1024

    private static let fields = [FoldedName("Connection"), FoldedName("Proxy-Connection")]

    private(set) var names: [String] = []
    private var count = 0
    private var bytes = 0

    /// Whether a header contains such options.
    static func areIn(_ name: FoldedName) -> Bool { fields.contains(name) }

    /// Adds the names between the commas of a field, and the words in them: some proxies end a name at a blank or
    /// semicolon.
    ///
    /// - Throws: `limit-exceeded` when the request has more options, or more bytes of them, than a client sends.
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
