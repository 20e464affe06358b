// SPDX-License-Identifier: Apache-2.0
// Starts the sample.

import Foundation

@main
struct Sample {
    static func main() async throws {
        let settings = try Settings(environment: ProcessInfo.processInfo.environment)
        try await application(settings).runService()
    }
}
