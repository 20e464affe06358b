// SPDX-License-Identifier: Apache-2.0

#if GRPC
import CertAuth
import CertAuthGRPC
import GRPCCore

/// The service `test.Who`, which returns the client's name; its descriptors are written by hand.
struct WhoService: RegistrableRPCService {
    static let service = ServiceDescriptor(fullyQualifiedService: "test.Who")
    /// One request, one response.
    static let get = MethodDescriptor(service: service, method: "Get")
    /// One request, three responses, produced after the interceptors have returned.
    static let watch = MethodDescriptor(service: service, method: "Watch")
    /// A response to each request message.
    static let chat = MethodDescriptor(service: service, method: "Chat")

    /// Many request messages, one response.
    static let upload = MethodDescriptor(service: service, method: "Upload")

    /// Runs before each response of `watch`, counted from 1.
    var beforeAnswer: @Sendable (Int) -> Void = { _ in }
    /// Runs before each response of `get` and `chat`, with the request message.
    var beforeReply: @Sendable (String) async -> Void = { _ in }
    /// Runs for each message of `upload`.
    var onUpload: @Sendable (String) async -> Void = { _ in }
    /// Runs when all messages of `upload` have been received.
    var onCommit: @Sendable () -> Void = {}

    func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
        router.registerHandler(forMethod: Self.get, deserializer: Text(), serializer: Text()) { request, _ in
            for try await question in request.messages { await beforeReply(question) }
            let client = try CallAuthentication.requireClient()
            let kind = client.facts.isResumed ? "resumed" : "full"
            return StreamingServerResponse(single: ServerResponse(message: "\(client.name), \(kind)"))
        }
        router.registerHandler(forMethod: Self.watch, deserializer: Text(), serializer: Text()) { _, _ in
            StreamingServerResponse { writer in
                for index in 1...3 {
                    beforeAnswer(index)
                    try await writer.write("\(index) \(Self.currentName)")
                }
                return [:]
            }
        }
        router.registerHandler(forMethod: Self.chat, deserializer: Text(), serializer: Text()) { request, _ in
            StreamingServerResponse { writer in
                for try await message in request.messages {
                    await beforeReply(message)
                    try await writer.write("\(message) \(Self.currentName)")
                }
                return [:]
            }
        }
        router.registerHandler(forMethod: Self.upload, deserializer: Text(), serializer: Text()) { request, _ in
            for try await part in request.messages { await onUpload(part) }
            onCommit()
            return StreamingServerResponse(single: ServerResponse(message: "committed"))
        }
    }

    private static var currentName: String { CallAuthentication.current?.client?.name ?? "anonymous" }
}

extension AuthenticatedClient {
    var name: String { certificate.subject.rfc4514 }
}

/// A message as UTF-8 bytes.
struct Text: MessageSerializer, MessageDeserializer {
    func serialize<Bytes: GRPCContiguousBytes>(_ message: String) throws -> Bytes { Bytes(Array(message.utf8)) }

    func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> String {
        unsafe bytes.withUnsafeBytes { unsafe String(decoding: $0, as: UTF8.self) }
    }
}
#endif
