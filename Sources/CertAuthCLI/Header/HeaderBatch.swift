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
        let request: Case
        do {
            request = try JSONDecoder().decode(Case.self, from: Data(line.utf8))
        } catch {
            return ["id": .null, "ok": .bool(false), "error": .string("not a case: \(reason(error))")]
        }
        let isEmpty =
            switch kind {
            case .xfcc: request.raw == nil
            case .clientCertificate: request.clientCertificate == nil && request.clientCertificateChain == nil
            }
        guard !isEmpty else {
            let member = kind == .xfcc ? "raw" : "client_cert"
            let text = "not a case: member \(member) is missing, expected a list of field lines"
            return ["id": .string(request.id), "ok": .bool(false), "error": .string(text)]
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

    /// Why a line is not a case, without its contents.
    private static func reason(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "not JSON" }
        switch error {
        case .keyNotFound(let key, _): return "member \(key.stringValue) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            guard let key = context.codingPath.first else { return "not a JSON object" }
            let expected = key.stringValue == "id" ? "a string" : "a list of strings"
            return "member \(key.stringValue) has another type, expected \(expected)"
        default: return "not JSON"
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
