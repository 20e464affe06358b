// SPDX-License-Identifier: Apache-2.0

import CertAuth

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A line of the batch: a case, or an invalid line.
package enum BatchLine: Sendable {
    case request(BatchCase)
    case invalid(id: String?, reason: String)

    /// Decodes a line. An invalid line is a value, not an error.
    package init(_ text: String) {
        let data = Data(text.utf8)
        let decoder = JSONDecoder()
        do {
            self = .request(try decoder.decode(BatchCase.self, from: data))
        } catch {
            let id = (try? decoder.decode(BatchIdentifier.self, from: data))?.id
            self = .invalid(id: id, reason: "not a case: \(DisplayText.escaped("\(Self.reason(error))"))")
        }
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        switch error {
        case .keyNotFound(let key, _): return "\(key.stringValue) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            return path.isEmpty ? "the line is not a JSON object" : "\(path) has the wrong type"
        case .dataCorrupted(let context):
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            return path.isEmpty ? "the line is not JSON" : "\(path) has an unknown value"
        @unknown default: return "\(error)"
        }
    }
}

/// Answers the lines of standard input until it ends.
struct BatchLoop {
    let terminal: Terminal
    let validator: BatchValidator

    func run() {
        while let line = readLine() {
            guard line.utf8.contains(where: { $0 > 0x20 }) else { continue }
            terminal.line(validator.answer(BatchLine(line)).json.compact)
        }
    }
}
