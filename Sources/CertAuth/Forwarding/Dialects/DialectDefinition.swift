// SPDX-License-Identifier: Apache-2.0

/// The definition of a dialect: its headers, and how they are read.
struct DialectDefinition: Sendable {
    let name: String
    /// All headers that the proxy must set or clear at every request. The certificate's header is first.
    let headers: [String]
    /// The same headers, folded.
    let foldedHeaders: Set<FoldedName>
    /// How the dialect's proxy states the scheme by default.
    var scheme = ForwardedScheme.xForwardedProto
    /// Reads the certificates, the end-entity certificate first. Nil if the proxy states that there is none.
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

    /// Throws for invalid header names and for a name that is used twice.
    func check() throws(ForwardingConfigurationError) {
        var seen: Set<FoldedName> = []
        for header in headers {
            guard !header.isEmpty, header.utf8.allSatisfy(\.isTokenCharacter) else { throw .invalidHeaderName(header) }
            guard seen.insert(FoldedName(header)).inserted else { throw .headerUsedTwice(header) }
        }
    }
}
