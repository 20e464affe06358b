// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// One run of X509_verify_cert over one candidate path.
struct VerifyRun {
    private let inputs: PathVerification
    /// The certificates whose keys verify signatures, leaf first.
    private let path: [X509Certificate]
    /// The objects that OpenSSL receives for the same certificates.
    private let offered: [X509Certificate]

    /// - Parameter path: the certificates of `inputs.path`, possibly decoded in another library context.
    init(_ inputs: PathVerification, path: [X509Certificate]) throws(OpenSSLError) {
        self.inputs = inputs
        self.path = path
        var offered: [X509Certificate] = []
        for (index, certificate) in path.enumerated() {
            let isUnread = inputs.constraintsWithoutPolicies.contains(index)
            let isAnchor = index == path.count - 1
            offered.append(try certificate.readyForPath(isAnchor: isAnchor, withoutPolicyConstraints: isUnread))
        }
        self.offered = offered
    }

    /// Whether OpenSSL receives a copy of some certificate. Copies verify no signatures.
    var offersCopies: Bool { !zip(path, offered).allSatisfy(===) }

    /// Verifies the path. Corresponds to `X509_verify_cert`.
    ///
    /// - Parameters:
    ///   - step: replaces OpenSSL's check of signatures and validity periods. Nil leaves it to OpenSSL.
    ///   - flagsInsteadOfTime: `X509_V_FLAG_…`, set instead of the time at which certificates must be valid. Nil sets the
    ///     time.
    func outcome(
        step: X509_STORE_CTX_verify_fn?,
        flagsInsteadOfTime: Int32? = nil
    ) throws(OpenSSLError) -> PathVerification.Outcome {
        guard let leaf = offered.first, let anchor = offered.last else {
            throw OpenSSLError(operation: "X509_verify_cert without certificates", entries: [])
        }
        let untrusted = try CertificateStack(Array(offered.dropFirst().dropLast()))
        let trusted = try CertificateStack([anchor])
        let context = try checked("X509_STORE_CTX_new") { X509_STORE_CTX_new() }
        defer { X509_STORE_CTX_free(context) }
        return try untrusted.withPointer { untrusted throws(OpenSSLError) in
            try trusted.withPointer { trusted throws(OpenSSLError) in
                try begin(context, leaf: leaf, untrusted: untrusted)
                X509_STORE_CTX_set0_trusted_stack(context, trusted)
                try configure(context, flagsInsteadOfTime)
                return try verify(context, step)
            }
        }
    }

    private func begin(
        _ context: OpaquePointer,
        leaf: X509Certificate,
        untrusted: OpaquePointer
    ) throws(OpenSSLError) {
        guard let order = IssuerOrder.shared else { throw OpenSSLError(operation: "X509_STORE_new", entries: []) }
        try order.withPointer { store throws(OpenSSLError) in
            _ = try leaf.withPointer { leaf throws(OpenSSLError) in
                try checkedStatus("X509_STORE_CTX_init") { X509_STORE_CTX_init(context, store, leaf, untrusted) }
            }
        }
    }

    private func configure(_ context: OpaquePointer, _ flagsInsteadOfTime: Int32?) throws(OpenSSLError) {
        let parameters = try checked("X509_STORE_CTX_get0_param") { X509_STORE_CTX_get0_param(context) }
        var flags = X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST | inputs.policies.flags
        if let flagsInsteadOfTime {
            flags |= flagsInsteadOfTime
        } else {
            X509_VERIFY_PARAM_set_time(parameters, time_t(inputs.time))
        }
        try checkedStatus("X509_VERIFY_PARAM_set_flags") { X509_VERIFY_PARAM_set_flags(parameters, UInt(flags)) }
        // The caller limits the path length. OpenSSL's own limit must not apply first, because it counts self-issued
        // certificates too.
        X509_VERIFY_PARAM_set_depth(parameters, 100)
        X509_VERIFY_PARAM_set_auth_level(parameters, Int32(inputs.securityLevel))
        // RFC 5280 §4.2.1.10 does not apply name constraints to commonNames. The caller decides whether to apply them.
        X509_VERIFY_PARAM_set_hostflags(parameters, UInt32(X509_CHECK_FLAG_NEVER_CHECK_SUBJECT))
        try inputs.policies.apply(to: parameters)
        if inputs.isForClientAuthentication {
            try checkedStatus("X509_VERIFY_PARAM_set_purpose") {
                X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_CLIENT)
            }
        }
    }

    private func verify(
        _ context: OpaquePointer,
        _ step: X509_STORE_CTX_verify_fn?
    ) throws(OpenSSLError) -> PathVerification.Outcome {
        var record = VerifyRecord(inputs: inputs, path: path, offered: offered)
        let status = try withUnsafeMutablePointer(to: &record) { record throws(OpenSSLError) -> Int32 in
            try checkedStatus("X509_STORE_CTX_set_ex_data") {
                X509_STORE_CTX_set_ex_data(context, VerifyRecord.index, record)
            }
            X509_STORE_CTX_set_verify_cb(context, VerifyRecord.callback)
            if let step { X509_STORE_CTX_set_verify(context, step) }
            ERR_clear_error()
            return X509_verify_cert(context)
        }
        defer { ERR_clear_error() }
        if let error = record.firstError { return .refused(error) }
        guard status == 1 else {
            let code = X509_STORE_CTX_get_error(context)
            return .refused(VerifyError(code: code, depth: Int(X509_STORE_CTX_get_error_depth(context))))
        }
        return hasBuiltPath(context) ? .accepted(policies: ValidPolicies.texts(in: context)) : .builtAnotherPath
    }

    /// Whether the chain in `context` equals the offered path, certificate by certificate.
    private func hasBuiltPath(_ context: OpaquePointer) -> Bool {
        guard let chain = X509_STORE_CTX_get0_chain(context), Int(CA_sk_X509_num(chain)) == path.count else {
            return false
        }
        return path.enumerated().allSatisfy { index, certificate in
            guard let built = CA_sk_X509_value(chain, Int32(index)) else { return false }
            return certificate.withPointer { X509_cmp($0, built) } == 0
        }
    }
}
