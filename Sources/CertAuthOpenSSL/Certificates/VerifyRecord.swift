// SPDX-License-Identifier: Apache-2.0
// The state of the callbacks of one run of X509_verify_cert.

import COpenSSL

/// The conditions that the verify callback may waive, and the first one that it did not waive.
struct VerifyRecord {
    let inputs: PathVerification
    /// The certificates whose keys verify signatures, leaf first.
    let path: [X509Certificate]
    /// The objects that OpenSSL received for the same certificates, leaf first.
    let pointers: [OpaquePointer]
    private(set) var firstError: VerifyError?

    /// - Parameter offered: the objects for `path` that OpenSSL receives. The caller retains them during the run.
    init(inputs: PathVerification, path: [X509Certificate], offered: [X509Certificate]) {
        self.inputs = inputs
        self.path = path
        // Only the addresses are compared.
        pointers = offered.map { $0.withPointer { $0 } }
    }

    /// Whether `issuer` follows `certificate` in the path, or both are the last certificate.
    func follows(_ issuer: OpaquePointer, _ certificate: OpaquePointer) -> Bool {
        guard let index = pointers.firstIndex(of: certificate) else { return false }
        return issuer == (index + 1 < pointers.count ? pointers[index + 1] : certificate)
    }

    /// The ex_data index of the pointer to the record in an X509_STORE_CTX.
    static let index = CRYPTO_get_ex_new_index(CRYPTO_EX_INDEX_X509_STORE_CTX, 0, nil, nil, nil, nil)

    /// Called for every condition. Never called for a path without any.
    static let callback: X509_STORE_CTX_verify_cb = { succeeded, context in
        guard succeeded == 0, let context else { return succeeded }
        guard let data = X509_STORE_CTX_get_ex_data(context, VerifyRecord.index) else { return 0 }
        let record = data.assumingMemoryBound(to: VerifyRecord.self)
        let error = VerifyError(
            code: X509_STORE_CTX_get_error(context),
            depth: Int(X509_STORE_CTX_get_error_depth(context))
        )
        guard record.pointee.isWaived(error) else {
            record.pointee.note(error)
            return 0
        }
        X509_STORE_CTX_set_error(context, X509_V_OK)
        return 1
    }

    func isWaived(_ error: VerifyError) -> Bool {
        let waiver: PathVerification.Waiver
        switch error.code {
        case X509_V_ERR_CERT_HAS_EXPIRED: waiver = .expired
        case X509_V_ERR_CERT_NOT_YET_VALID: waiver = .notYetValid
        case X509_V_ERR_INVALID_PURPOSE: waiver = .purpose
        case X509_V_ERR_PERMITTED_VIOLATION, X509_V_ERR_EXCLUDED_VIOLATION, X509_V_ERR_UNSUPPORTED_NAME_SYNTAX:
            waiver = .nameConstraints
        default: return false
        }
        return inputs.waived.contains(PathVerification.WaivedCondition(waiver, depth: error.depth))
    }

    private mutating func note(_ error: VerifyError) {
        if firstError == nil { firstError = error }
    }
}
