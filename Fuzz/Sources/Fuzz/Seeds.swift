// SPDX-License-Identifier: Apache-2.0
// Writes what the fuzzer begins with: inputs made now, inputs of others where there are some, and dictionaries.

import CertAuth
import CertAuthOpenSSL
import Foundation

enum Seeds {
    /// Fills a folder for each target.
    ///
    /// - Parameter vectors: a folder with malformed inputs of others (`corpus/*.jsonl`); nil for none.
    static func write(to folder: String, vectors: String?) throws {
        let world = try FuzzWorld()
        let foreign = try vectors.map { try foreignInputs(in: $0) } ?? [:]
        for type in targets {
            let target = try type.init(world)
            let place = URL(fileURLWithPath: folder).appending(path: type.name)
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            let inputs = try target.seeds() + (foreign[type.name] ?? []).filter { $0.count <= type.longestInput }
            for input in inputs {
                let name = Hexadecimal.text(try DigestAlgorithm.sha256.digest(input).prefix(16))
                try Data(input).write(to: place.appending(path: name))
            }
            try Data(dictionary(type.words).utf8).write(
                to: URL(fileURLWithPath: folder).appending(path: "\(type.name).dict")
            )
            print("\(type.name): \(inputs.count) seeds")
        }
    }

    private static func dictionary(_ words: [[UInt8]]) -> String {
        words.map { word in "\"" + word.map { "\\x" + Hexadecimal.text([$0], uppercased: true) }.joined() + "\"\n" }
            .joined()
    }

    private struct Line: Decodable {
        let kind: String
        let b64: String
    }

    /// Inputs by the name of the target that reads such.
    private static func foreignInputs(in folder: String) throws -> [String: [[UInt8]]] {
        let place = URL(fileURLWithPath: folder).appending(path: "corpus")
        guard FileManager.default.fileExists(atPath: place.path) else { return [:] }
        var inputs: [String: [[UInt8]]] = [:]
        for file in try FileManager.default.contentsOfDirectory(at: place, includingPropertiesForKeys: nil)
        where file.pathExtension == "jsonl" {
            for text in try Data(contentsOf: file).split(separator: UInt8(ascii: "\n")) {
                let line = try JSONDecoder().decode(Line.self, from: Data(text))
                guard let bytes = Data(base64Encoded: line.b64), !bytes.isEmpty else { continue }
                switch line.kind {
                case "x509":
                    inputs[CertificateTarget.name, default: []].append(Array(bytes))
                    inputs[PathTarget.name, default: []].append(Array(bytes))
                case "crl": inputs[RevocationListTarget.name, default: []].append(Array(bytes))
                case "ocsp": inputs[ResponseTarget.name, default: []].append(Array(bytes))
                default: break
                }
            }
        }
        return inputs
    }
}
