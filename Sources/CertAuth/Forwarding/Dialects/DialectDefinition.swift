// SPDX-License-Identifier: Apache-2.0
// What every dialect is made of: its headers, and a reading of them.

/// A dialect: which headers it consists of, and how they are read.
struct DialectDefinition: Sendable {
    let name: String
    /// Every header the proxy must set or clear at every request; the one with the certificate first.
    let headers: [String]
    /// The same, folded.
    let foldedHeaders: Set<FoldedName>
    /// How the dialect's proxy tells the scheme by default.
    var scheme = ForwardedScheme.xForwardedProto
    /// The certificates, leaf first; nil when the proxy says that there is none.
    let read: @Sendable (DialectFields) throws(ForwardingError) -> [[UInt8]]?

    init(
        name: String,
        headers: [String],
        read: @escaping @Sendable (DialectFields) throws(ForwardingError) -> [[UInt8]]?
    ) {
        self.name = name
        self.headers = headers
        foldedHeaders = Set(headers.map { FoldedName($0) })
        self.read = read
    }

    /// Refuses names that are no names, and two uses of one.
    func check() throws(ForwardingConfigurationError) {
        var seen: Set<FoldedName> = []
        for header in headers {
            guard !header.isEmpty, header.utf8.allSatisfy(\.isTokenCharacter) else { throw .invalidHeaderName(header) }
            guard seen.insert(FoldedName(header)).inserted else { throw .headerUsedTwice(header) }
        }
    }
}
