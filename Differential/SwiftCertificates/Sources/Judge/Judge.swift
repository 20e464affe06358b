// SPDX-License-Identifier: Apache-2.0

import Foundation
import SwiftASN1
@_spi(FixedExpiryValidationTime) import X509

/// A case of the factory: the fields that swift-certificates can use.
struct Case: Decodable {
    let id: String
    let trusted: [String]
    let untrusted: [String]
    let leaf: String
    let time: String

    enum CodingKeys: String, CodingKey {
        case id
        case trusted = "trusted_certs"
        case untrusted = "untrusted_intermediates"
        case leaf = "peer_certificate"
        case time = "validation_time"
    }
}

/// The answer to a case.
struct Answer: Encodable {
    let id: String
    let result: String
    let error: String?
}

/// Reads one case a line, writes one answer a line.
@main
enum Judge {
    static func main() async throws {
        let decoder = JSONDecoder()
        let encoder = JSONEncoder()
        while let line = readLine() {
            let request = try decoder.decode(Case.self, from: Data(line.utf8))
            let error = await refusal(of: request)
            let answer = Answer(id: request.id, result: error == nil ? "accept" : "reject", error: error)
            FileHandle.standardOutput.write(try encoder.encode(answer) + Data("\n".utf8))
        }
    }

    /// Nil if the leaf is accepted, else why it is refused.
    static func refusal(of request: Case) async -> String? {
        let leaf: Certificate
        do { leaf = try certificate(request.leaf) } catch { return "\(error)" }
        let time: Date
        do { time = try date(request.time) } catch { return "\(error)" }
        var verifier = Verifier(rootCertificates: store(request.trusted)) {
            RFC5280Policy(fixedExpiryValidationTime: time)
        }
        switch await verifier.validate(leaf: leaf, intermediates: store(request.untrusted)) {
        case .validCertificate: return nil
        case .couldNotValidate(let failures):
            return failures.isEmpty ? "no path" : failures.map { "\($0.policyFailureReason)" }.joined(separator: "; ")
        }
    }

    private static func certificate(_ text: String) throws -> Certificate {
        try Certificate(derEncoded: Array(Data(base64Encoded: text) ?? Data()))
    }

    private static func store(_ texts: [String]) -> CertificateStore {
        CertificateStore(texts.compactMap { try? certificate($0) })
    }

    private static func date(_ text: String) throws -> Date {
        let fraction = text.contains(".")
        return try Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: fraction))
    }
}
