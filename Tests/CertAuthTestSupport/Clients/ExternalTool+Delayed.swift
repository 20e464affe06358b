// SPDX-License-Identifier: Apache-2.0

extension ExternalTool {
    /// curl requests `/public`, then `path` twice, on one connection to a server in mode delayed.
    ///
    /// - Parameters:
    ///   - arguments: of all requests.
    ///   - secure: more arguments of the requests of `path`.
    /// - Returns: the body of each answer, then its status and the number of connections made for it.
    public func requestThrice(
        port: Int,
        _ arguments: [String],
        secure: [String] = [],
        path: String = "/secure"
    ) async throws -> [String] {
        let base = "https://127.0.0.1:\(port)"
        let common = ["-sk", "--http1.1", "--max-time", "20", "-w", "%{http_code} %{num_connects}\n"] + arguments
        let result = try await run(
            common + ["\(base)/public", "--next"] + common + secure + ["\(base)\(path)", "--next"]
                + common + secure + ["\(base)\(path)"]
        )
        return result.output.split(separator: "\n").map(String.init)
    }
}
