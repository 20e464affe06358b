// SPDX-License-Identifier: Apache-2.0
// What a stack of server and protocol must provide to run the scenes.

public import CertAuthTesting

/// The result of a request.
public enum SceneAnswer: Sendable, Equatable {
    /// The server answered, and named this client.
    case client(String)
    /// The server refused with this code.
    case refused(String)
    /// The connection ended, or could not be opened, without an answer.
    case ended
}

/// How a stack treats refused clients.
public struct SceneManners: Sendable {
    /// A refusal applies to the full handshake; otherwise to the request.
    public var refusesInHandshake = false
    /// Hooks run before the connection is accepted.
    public var asksHooksFirst = false
    /// Requests in flight are answered.
    public var answersInFlight = true
    /// The server closes the connection of a refused client; otherwise the next request is refused.
    public var endsConnections = true

    /// For an HTTP server that validates at the request.
    public static var http: SceneManners { SceneManners() }

    /// For a server that validates at the connection, with a protocol that sends no more answers.
    public static var connections: SceneManners {
        SceneManners(refusesInHandshake: true, asksHooksFirst: true, answersInFlight: false)
    }

    /// For a server that validates in the handshake and at each call, and ends only calls.
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

/// A started server. Slow requests wait at the world's gate before they are answered.
public protocol SceneServer: Sendable {
    /// Connects and passes the connection to `body`.
    func connect(as identity: TestIdentity, _ body: (any SceneConnection) async throws -> Void) async throws

    /// Activates a configuration that clients cannot distinguish from the current one.
    func reload() throws

    /// Shuts the server down gracefully; returns when all connections are closed.
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

/// One client's open connection.
public protocol SceneConnection {
    /// Requests the client's name.
    func ask() async throws -> SceneAnswer

    /// Sends the slow request for the name without waiting for the answer.
    func begin() async throws

    /// Waits for the answer to the slow request.
    func finish() async throws -> SceneAnswer

    /// Waits until the server has closed the connection.
    func end() async throws
}
