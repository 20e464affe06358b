// SPDX-License-Identifier: Apache-2.0
// What a stack of server and protocol has to offer, so that the scenes can be run over it.

public import CertAuthTesting

/// What came of a request.
public enum SceneAnswer: Sendable, Equatable {
    /// The server answered this client.
    case client(String)
    /// The server refused with this code.
    case refused(String)
    /// The connection ended, or was not opened, without an answer.
    case ended
}

/// How a stack treats clients that are refused.
public struct SceneManners: Sendable {
    /// A full handshake is refused; otherwise the request is.
    public var refusesInHandshake = false
    /// Hooks are asked before the connection is opened.
    public var asksHooksFirst = false
    /// What has begun is answered.
    public var answersInFlight = true
    /// The server ends the connection of a client that is refused; otherwise the next request is refused.
    public var endsConnections = true

    /// Those of an HTTP server that judges at the request.
    public static var http: SceneManners { SceneManners() }

    /// Those of a server that judges at the connection, whose protocol answers nothing more.
    public static var connections: SceneManners {
        SceneManners(refusesInHandshake: true, asksHooksFirst: true, answersInFlight: false)
    }

    /// Those of a server that judges in the handshake and at each call, and ends calls alone.
    public static var calls: SceneManners {
        SceneManners(refusesInHandshake: true, answersInFlight: false, endsConnections: false)
    }
}

/// One stack.
public protocol SceneStack: Sendable {
    /// How it treats clients that are refused.
    var manners: SceneManners { get }

    /// Starts a server, lends it to `body`, and stops it.
    func serve(_ world: SceneWorld, _ body: (any SceneServer) async throws -> Void) async throws
}

/// A started server. Slow requests pass the world's gate before they are answered.
public protocol SceneServer: Sendable {
    /// Connects and lends the connection to `body`.
    func connect(as identity: TestIdentity, _ body: (any SceneConnection) async throws -> Void) async throws

    /// Puts a configuration in force that is the same in all that clients can tell.
    func reload() throws

    /// Ends the server gracefully; returns when all connections are closed.
    func shutdown() async
}

extension SceneServer {
    /// Asks once on a connection of its own.
    func ask(as identity: TestIdentity) async -> SceneAnswer {
        var answer = SceneAnswer.ended
        try? await connect(as: identity) { answer = try await $0.ask() }
        return answer
    }
}

/// An open connection of one client.
public protocol SceneConnection {
    /// Asks who the client is.
    func ask() async throws -> SceneAnswer

    /// Asks the same slowly, without waiting for the answer.
    func begin() async throws

    /// The answer to the slow request.
    func finish() async throws -> SceneAnswer

    /// Waits until the server has ended the connection.
    func end() async throws
}
