// SPDX-License-Identifier: Apache-2.0

import CertAuthTLS
import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Binds the addresses of a listener: all of them, or none.
struct ListenerBinding {
    /// How often another port is tried if the one that the system chose for one family is in use in the other.
    private static let mostTries = 16

    let bootstrap: ServerBootstrap

    /// Binds `addresses` and takes over `sockets`.
    func channels(_ addresses: [ListenerAddress], _ sockets: [BoundSocket]) async throws -> [ListeningChannel] {
        var bound: [ListeningChannel] = []
        do {
            for socket in sockets {
                let channel = try await bootstrap.withBoundSocket(socket.descriptor).get()
                bound.append(ListeningChannel(channel, of: socket))
            }
            for address in addresses {
                do {
                    bound += try await channels(at: address)
                } catch {
                    throw ListenerError.cannotListen(at: address, reason: Self.reason(of: error))
                }
            }
            return bound
        } catch {
            for channel in bound { await channel.close() }
            throw error
        }
    }

    private func channels(at address: ListenerAddress) async throws -> [ListeningChannel] {
        switch address {
        case .unixSocket(let path):
            let channel = try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
            return [ListeningChannel(channel, at: address)]
        case .hostPort("*", let port): return [try await everywhere(port)]
        case .hostPort(let host, let port) where host.lowercased() == "localhost": return try await loopback(port)
        case .hostPort(let host, let port): return [try await channel(host, port)]
        }
    }

    /// All addresses of both families. Only those of IPv4 if the system has no IPv6.
    private func everywhere(_ port: Int) async throws -> ListeningChannel {
        do {
            return try await channel("::", port)
        } catch let error as IOError where Self.isMissing(error) {
            return try await channel("0.0.0.0", port)
        }
    }

    /// The loopback addresses of both families, on the same port. A family that the system does not have is left out.
    private func loopback(_ port: Int) async throws -> [ListeningChannel] {
        var tries = 1
        while true {
            guard let first = try await present("127.0.0.1", port) else { return [try await channel("::1", port)] }
            do {
                let second = try await present("::1", first.address.port ?? port)
                return [first] + (second.map { [$0] } ?? [])
            } catch {
                await first.close()
                let isTaken = (error as? IOError)?.errnoCode == EADDRINUSE
                guard port == 0, isTaken, tries < Self.mostTries else { throw error }
                tries += 1
            }
        }
    }

    /// Nil if the system does not have the address.
    private func present(_ host: String, _ port: Int) async throws -> ListeningChannel? {
        do {
            return try await channel(host, port)
        } catch let error as IOError where Self.isMissing(error) {
            return nil
        }
    }

    private func channel(_ host: String, _ port: Int) async throws -> ListeningChannel {
        // Without the option, whether [::] includes IPv4 depends on a setting of the system.
        let option = ChannelOptions.Types.SocketOption(level: .ipv6, name: .ipv6_v6only)
        let bootstrap = host.contains(":") ? bootstrap.serverChannelOption(option, value: 0) : bootstrap
        let channel = try await bootstrap.bind(host: host, port: port).get()
        return ListeningChannel(channel, at: .hostPort(host: host, port: port))
    }

    private static func isMissing(_ error: IOError) -> Bool {
        error.errnoCode == EADDRNOTAVAIL || error.errnoCode == EAFNOSUPPORT
    }

    private static func reason(of error: any Error) -> String {
        switch error {
        case let error as IOError: error.systemText
        case is SocketAddressError.UnknownHost: "no address is known for this host"
        case is UnixDomainSocketPathWrongType: "there is a file that is not a socket"
        default: "\(error)"
        }
    }
}
