// SPDX-License-Identifier: Apache-2.0

package import CertAuth

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Answers the cases of `certauth header --batch`.
package enum HeaderBatch {
    private struct Case: Decodable {
        var id: String
        var raw: [String]?
        var clientCertificate: [String]?
        var clientCertificateChain: [String]?

        enum CodingKeys: String, CodingKey {
            case id, raw
            case clientCertificate = "client_cert"
            case clientCertificateChain = "client_cert_chain"
        }
    }

    /// Returns the answer to a line. An invalid line is answered, too.
    package static func answer(_ line: String, _ kind: HeaderKind) -> JSONValue {
        guard let request = try? JSONDecoder().decode(Case.self, from: Data(line.utf8)) else {
            return ["id": .null, "ok": .bool(false), "error": .string("not a case")]
        }
        do throws(ForwardingError) {
            switch kind {
            case .xfcc: return try elements(request)
            case .clientCertificate: return try certificates(request)
            }
        } catch {
            return ["id": .string(request.id), "ok": .bool(false), "error": .string("\(error)")]
        }
    }

    private static func elements(_ request: Case) throws(ForwardingError) -> JSONValue {
        let header = try XFCCHeader(request.raw ?? [])
        let elements = header.elements.map { element in
            JSONValue.array(element.pairs.map { .strings([$0.key.rawValue, $0.value]) })
        }
        return ["id": .string(request.id), "ok": .bool(true), "elements": .array(elements)]
    }

    private static func certificates(_ request: Case) throws(ForwardingError) -> JSONValue {
        let read = try ClientCertificateFields(
            certificate: request.clientCertificate ?? [],
            chain: request.clientCertificateChain ?? []
        )
        return [
            "id": .string(request.id), "ok": .bool(true), "leaf": .string(Base64.encoded(read.leaf)),
            "chain": .strings(read.issuers.map(Base64.encoded)),
        ]
    }
}
