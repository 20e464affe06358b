// SPDX-License-Identifier: Apache-2.0

package import CertAuth

/// The test matrix of one forwarding configuration: each of its headers, in each spelling, in each place, with what an
/// honest proxy sends.
package struct ForwardingMatrix: Sendable {
    /// The place of the spelled header.
    package enum Place: String, Sendable, CaseIterable {
        /// In place of the header itself.
        case alone
        /// Before the proxy's own headers.
        case before
        /// After the proxy's own headers.
        case after
        /// In place of the header itself, on two lines.
        case twice
        /// Named in `Connection`, in addition to the proxy's own headers.
        case connection
        /// In a trailer, in addition to the proxy's own headers.
        case trailer
    }

    /// One request from a trusted proxy, with the expected result.
    package struct Cell: Sendable {
        package let description: String
        package let spelling: HeaderSpelling
        package let place: Place
        package var fields: [HeaderField]
        package var trailers: [HeaderField] = []
        /// `accepted`, the status and code of a refusal, or nil if the result depends on which header is missing.
        package let expected: String?
    }

    package let dialect: ForwardingDialect
    package let scheme: String
    /// The headers of an honest proxy, the scheme first.
    package let honest: [HeaderField]

    init(_ dialect: ForwardingDialect, scheme: String = "X-Forwarded-Proto", _ honest: [HeaderField]) {
        self.dialect = dialect
        self.scheme = scheme
        self.honest = [HeaderField(scheme, "https")] + honest
    }

    /// Returns all built-in dialects, renamed ones, and custom ones of all forms, for a client that presented `chain`.
    package static func all(_ chain: [[UInt8]]) throws -> [ForwardingMatrix] {
        let leaf = HeaderText.base64(chain[0])
        let issuers = chain.dropFirst().map(HeaderText.base64).joined(separator: ",")
        let renamed: [(String, [String])] = [
            ("nginx", ["MY_CERT", "my.verdict"]), ("haproxy", ["A-Cert", "A-Verify", "A-Used", "A-Chain"]),
            ("rfc9440", ["Certificate", "Issuers"]), ("envoy", ["x_mesh_client"]),
        ]
        let named = renamed.compactMap { ForwardingDialect.named($0, headers: $1) }
        var all = try (ForwardingDialect.builtIn + named).map {
            ForwardingMatrix($0, scheme: $0.schemeHeader, try HeaderText.fields($0, chain))
        }
        all.append(
            ForwardingMatrix(
                .unverified(.custom(certificate: "X-Leaf", encoding: .base64DERList, chain: "X-Leaf-Issuers")),
                scheme: "X-Scheme",
                [HeaderField("X-Leaf", leaf), HeaderField("X-Leaf-Issuers", issuers)]
            )
        )
        all.append(
            ForwardingMatrix(
                .verified(
                    .custom(
                        certificate: "Edge~Cert",
                        encoding: .hexDER,
                        verdict: "Edge~Verdict",
                        verified: "yes",
                        absent: "no"
                    )
                ),
                [HeaderField("Edge~Cert", HeaderText.hex(chain[0])), HeaderField("Edge~Verdict", "yes")]
            )
        )
        let der = chain[0]
        all.append(
            ForwardingMatrix(
                .unverified(
                    .custom(header: "Sesskey") { value in
                        guard value == "the one" else { throw ForwardingConfigurationError.invalidHeaderName(value) }
                        return [der]
                    }
                ),
                [HeaderField("Sesskey", "the one")]
            )
        )
        all.append(
            ForwardingMatrix(
                .verified(.declared(.aspnet(header: "My-Client"))),
                [HeaderField("My-Client", leaf)]
            )
        )
        return all
    }

    /// Returns a request for each header, spelling and place.
    package func cells() -> [Cell] {
        ([scheme] + dialect.headers).flatMap { header in
            HeaderSpelling.all(of: header).flatMap { spelling in
                Place.allCases.map { cell(header, spelling, $0) }
            }
        }
    }

    /// Returns the same requests for HTTP/2: names in lower case, and no `Connection` (RFC 9113 section 8.2).
    package func cellsOverHTTP2() -> [Cell] {
        ([scheme] + dialect.headers).flatMap { header in
            let spellings = HeaderSpelling.all(of: header.lowercased()).filter { spelling in
                spelling.isToken && spelling.name == spelling.name.lowercased()
            }
            return spellings.flatMap { spelling in
                Place.allCases.filter { $0 != .connection }.map { place in
                    var cell = cell(header, spelling, place)
                    cell.fields = cell.fields.map { HeaderField($0.name.lowercased(), $0.value) }
                    return cell
                }
            }
        }
    }

    private func cell(_ header: String, _ spelling: HeaderSpelling, _ place: Place) -> Cell {
        let value = honest.first { $0.name == header }?.value ?? "x"
        let spelled = HeaderField(spelling.name, value)
        let rest = honest.filter { $0.name != header }
        // Includes headers that the proxy omits: a second line needs a first one.
        let whole = rest + [HeaderField(header, value)]
        let fields =
            switch place {
            case .alone: rest + [spelled]
            case .before: [spelled] + whole
            case .after: whole + [spelled]
            case .twice: rest + [spelled, spelled]
            case .connection: whole + [HeaderField("Connection", "keep-alive, \(spelling.name)")]
            case .trailer: whole
            }
        return Cell(
            description: "\(dialect.name) \(header) as \(spelling.name.debugDescription) \(place)",
            spelling: spelling,
            place: place,
            fields: fields,
            trailers: place == .trailer ? [spelled] : [],
            expected: Self.expected(spelling.kind, place, isScheme: header == scheme)
        )
    }

    private static func expected(_ kind: HeaderSpelling.Kind, _ place: Place, isScheme: Bool) -> String? {
        switch (kind, place) {
        case (.exact, .alone): "accepted"
        case (.exact, .before), (.exact, .after), (.exact, .twice):
            isScheme ? "400 forwarded-scheme" : "400 malformed"
        case (.exact, .connection), (.exact, .trailer), (.twin, _): "400 forwarding-untrusted"
        case (.other, .alone), (.other, .twice): nil
        case (.other, _): "accepted"
        }
    }
}
