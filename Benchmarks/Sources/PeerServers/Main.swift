// SPDX-License-Identifier: Apache-2.0
// `PeerServers KIND FOLDER`: a server with one worker, until the input ends.

import BenchmarkServing
import NIOPosix

@main
struct Main {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let kind = PeerKind(rawValue: arguments[1]) else {
            preconditionFailure("PeerServers KIND FOLDER")
        }
        ServerLife.begin()
        ServerLife.follow()
        let folder = ServerFolder(path: arguments[2])
        let worker = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        switch kind {
        case .nio: try await NIOServer(folder: folder).run(on: worker)
        case .hummingbird: try await HummingbirdServer(folder: folder).run(demandsCertificates: true, on: worker)
        case .hummingbirdAnonymous:
            try await HummingbirdServer(folder: folder).run(demandsCertificates: false, on: worker)
        case .hummingbirdSubject: try await HummingbirdServer(folder: folder).runWithSubjects(on: worker)
        case .hummingbirdCertAuth: try await HummingbirdServer(folder: folder).runWithPrincipals(on: worker)
        }
    }
}
