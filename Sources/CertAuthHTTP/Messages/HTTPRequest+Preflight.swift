// SPDX-License-Identifier: Apache-2.0

import HTTPTypes

extension HTTPRequest {
    /// Whether a browser asks if a script may make a request.
    ///
    /// - Source: Fetch Standard, section "CORS-preflight fetch".
    var isPreflight: Bool {
        method == .options && headerFields[.origin] != nil && headerFields[.accessControlRequestMethod] != nil
    }
}
