// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// Checks those signatures of a chain whose result is unknown, and no validity periods.
///
/// OpenSSL checks signatures and validity periods in one step, which this one replaces. The caller's own check of the
/// validity periods has passed. If this step refuses, OpenSSL's own step decides, so this one can only save work. The
/// exception is a signature that the caller knows not to verify.
enum KnownSignatures {
    /// Installed with `X509_STORE_CTX_set_verify`.
    static let callback: X509_STORE_CTX_verify_fn = { context in
        ReplacedStep.run(context) { depth, record in
            guard depth + 1 < record.path.count, !record.inputs.verifiedLinks.contains(depth) else { return nil }
            let isSigned =
                depth != record.inputs.brokenLink
                && TunedVerification().isSigned(record.path[depth], by: record.path[depth + 1])
            return isSigned ? nil : .signatureFailure(at: depth)
        }
    }
}
