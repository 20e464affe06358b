// SPDX-License-Identifier: Apache-2.0
// A call, and what becomes of it.

// snippet of Clients.md
import AsyncHTTPClient
import Foundation

/// Why a server refused this client: the members of the problem document that matter.
public struct Refusal: Error, Decodable, Equatable {
    /// A stable word.
    public let code: String
    /// A sentence for people.
    public let detail: String
}

/// Gets a text.
///
/// - Throws: `Refusal` for a refusal that explains itself; what AsyncHTTPClient throws when there is no answer.
public func get(_ url: String, by client: HTTPClient) async throws -> String {
    let response = try await client.execute(HTTPClientRequest(url: url), timeout: .seconds(10))
    let body = try await response.body.collect(upTo: 64 * 1024)
    if response.headers.first(name: "Content-Type") == "application/problem+json" {
        throw try JSONDecoder().decode(Refusal.self, from: Data(body.readableBytesView))
    }
    return String(buffer: body)
}
// end of snippet
