// SPDX-License-Identifier: Apache-2.0
// The signatures of a chain that X509_verify_cert has built: what is known of them, and checks that are prepared.

import COpenSSL

/// Checks those signatures of a chain that are not known, and no validity periods.
///
/// OpenSSL checks signatures and validity periods in one step, which this one replaces; the caller's own check of the
/// validity periods has passed. OpenSSL's own step judges again what this step refuses, so that it can only save work. The
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
