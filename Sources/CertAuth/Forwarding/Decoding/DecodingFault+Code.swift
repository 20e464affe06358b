// SPDX-License-Identifier: Apache-2.0
// The failure code of a breach of an encoding.

extension DecodingFault {
    /// `limit-exceeded` for a value that is larger than a limit, `malformed` for all others.
    var code: FailureCode { exceedsLimit ? .limitExceeded : .malformed }
}
