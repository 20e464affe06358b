// SPDX-License-Identifier: Apache-2.0

extension DecodingFault {
    /// `limit-exceeded` for a value that exceeds a limit, otherwise `malformed`.
    var code: FailureCode { exceedsLimit ? .limitExceeded : .malformed }
}
