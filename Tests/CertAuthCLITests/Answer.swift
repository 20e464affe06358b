// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The JSON output of `certauth verify`.
struct Answer: Decodable {
    struct Failure: Decodable, Equatable {
        let code: String
        let depth: Int?
        let message: String
    }

    struct Status: Decodable {
        let status: String
    }

    struct PathCertificate: Decodable {
        let subject: String
        let revocation: Status?
    }

    struct Path: Decodable {
        let certificates: [PathCertificate]
    }

    struct Name: Decodable, Equatable {
        let type: String
        let value: String
    }

    struct Identity: Decodable, Equatable {
        let subject: String
        let san: [Name]
    }

    let id: String?
    let result: String
    let status: String?
    let error: Failure?
    let chain: [String]
    let identity: Identity?
    let paths: [Path]?

    init(_ json: String) throws { self = try JSONDecoder().decode(Answer.self, from: Data(json.utf8)) }
}
