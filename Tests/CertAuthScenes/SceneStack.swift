// SPDX-License-Identifier: Apache-2.0
// The interface between scenes and a stack of server and protocol.

public import CertAuthTesting

/// The outcome of a request.
public enum SceneAnswer: Sendable, Equatable {
    /// The server answered, and named this client.
    case client(String)
    /// The server refused with this code.
    case refused(String)
    /// The connection ended, or was not established, without an answer.
    case ended
}

/// How a stack treats refused clients.
public struct SceneManners: Sendable {
    /// Whether a full handshake is refused; otherwise the request is.
    public var refusesInHandshake = false
    /// Whether hooks run before the connection is established.
    public var asksHooksFirst = false
    /// Whether requests in flight are answered.
    public var answersInFlight = true
    /// Whether the server ends the connection of a refused client; otherwise the next request is refused.
    public var endsConnections = true

    /// The manners of an HTTP server that authenticates at the request.
    public static var http: SceneManners { SceneManners() }

    /// The manners of a server that authenticates the connection, and whose protocol gives no further answer.
    public static var connections: SceneManners {
        SceneManners(refusesInHandshake: true, asksHooksFirst: true, answersInFlight: false)
    }

    /// The manners of a server that authenticates in the handshake and at each call, and ends only calls.
    public static var calls: SceneManners {
        SceneManners(refusesInHandshake: true, answersInFlight: false, endsConnections: false)
    }
}

/// A stack of server and protocol.
public protocol SceneStack: Sendable {
    /// How the stack treats refused clients.
    var manners: SceneManners { get }

    /// Starts a server, passes it to `body`, and stops it.
    func serve(_ world: SceneWorld, _ body: (any SceneServer) async throws -> Void) async throws
}

/// A started server. Slow requests pass the world's gate before they are answered.
public protocol SceneServer: Sendable {
    /// Connects, passes the connection to `body`, and closes it.
    func connect(as identity: TestIdentity, _ body: (any SceneConnection) async throws -> Void) async throws

    /// Reloads a configuration that clients cannot distinguish from the old one.
    func reload() throws

    /// Shuts the server down gracefully. Returns once all connections are closed.
    func shutdown() async
}

extension SceneServer {
    /// Sends one request on a new connection.
    func ask(as identity: TestIdentity) async -> SceneAnswer {
        var answer = SceneAnswer.ended
        try? await connect(as: identity) { answer = try await $0.ask() }
        return answer
    }
}

/// An open connection of one client.
public protocol SceneConnection {
    /// Requests the client's name.
    func ask() async throws -> SceneAnswer

    /// Sends a slow request for the client's name, without waiting for the answer.
    func begin() async throws

    /// Waits for the answer to the slow request.
    func finish() async throws -> SceneAnswer

    /// Waits until the server has ended the connection.
    func end() async throws
}
