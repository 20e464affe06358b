// SPDX-License-Identifier: Apache-2.0
// One run of X509_verify_cert over one candidate path.

import COpenSSL

/// The inputs of one verification: a path, offered alone, and how strictly to look at it.
package struct PathVerification: Sendable {
    /// Conditions that OpenSSL reports and the caller has checked by its own rule.
    package enum Waiver: Sendable, Hashable {
        /// `X509_V_ERR_CERT_HAS_EXPIRED`.
        case expired
        /// `X509_V_ERR_CERT_NOT_YET_VALID`.
        case notYetValid
        /// `X509_V_ERR_INVALID_PURPOSE`.
        case purpose
        /// The errors about name constraints.
        case nameConstraints
    }

    /// A waiver holds for one certificate of the path alone.
    package struct WaivedCondition: Sendable, Hashable {
        package let waiver: Waiver
        package let depth: Int

        package init(_ waiver: Waiver, depth: Int) {
            self.waiver = waiver
            self.depth = depth
        }
    }

    /// Leaf first, anchor last.
    package var path: [X509Certificate]
    /// Seconds since 1970.
    package var time: Int64
    /// Demands `X509_PURPOSE_SSL_CLIENT`.
    package var isForClientAuthentication: Bool
    /// 0 to 5; below 1 OpenSSL looks at neither keys nor signature algorithms.
    package var securityLevel: Int
    package var waived: Set<WaivedCondition>
    /// The depths of certificates whose signature the next one's key has verified before.
    package var verifiedLinks: Set<Int>
    /// The depth of a certificate whose signature the next one's key can't verify in any library context; every link above
    /// it must be among `verifiedLinks`. Nil where the caller knows of none.
    package var brokenLink: Int?
    /// The caller has checked, or waives, the validity periods of the path: they are looked at again only before a
    /// refusal. Without it, known links count for nothing.
    package var hasCheckedValidity: Bool
    package var policies: PolicyInputs

    package init(
        path: [X509Certificate],
        time: Int64,
        isForClientAuthentication: Bool,
        securityLevel: Int,
        waived: Set<WaivedCondition>,
        verifiedLinks: Set<Int> = [],
        brokenLink: Int? = nil,
        hasCheckedValidity: Bool = false,
        policies: PolicyInputs
    ) {
        self.path = path
        self.time = time
        self.isForClientAuthentication = isForClientAuthentication
        self.securityLevel = securityLevel
        self.waived = waived
        self.verifiedLinks = verifiedLinks
        self.brokenLink = brokenLink
        self.hasCheckedValidity = hasCheckedValidity
        self.policies = policies
    }

    /// What OpenSSL said.
    package enum Outcome: Sendable, Equatable {
        /// It built exactly the offered path and found nothing against it; the valid policies, in dotted form.
        case accepted(policies: [String])
        /// It found the path but built it from other certificates.
        case builtAnotherPath
        /// The first condition that was not waived.
        case refused(VerifyError)
    }

    /// Verifies the path. Corresponds to `X509_verify_cert`.
    ///
    /// Where certificates were decoded outside of the default library context, or signatures and validity were left to
    /// `ChainSignatures` and the caller, an acceptance is final, and so is the refusal for `brokenLink`, before which every
    /// earlier step of OpenSSL has passed. Any other refusal comes from a second run over the default context that checks
    /// everything.
    ///
    /// - Throws: `OpenSSLError` when OpenSSL could not even begin, for instance out of memory.
    package func run() throws(OpenSSLError) -> Outcome {
        let offered = try offeredPath()
        let outcome = try runOnce(offered)
        if case .accepted = outcome { return outcome }
        if let brokenLink, outcome == .refused(.signatureFailure(at: brokenLink)) { return outcome }
        guard hasCheckedValidity || path.contains(where: \.isFromDecodingContext) else { return outcome }
        var plain = self
        plain.verifiedLinks = []
        plain.brokenLink = nil
        // OpenSSL's own step verifies signatures by the offered objects, which copies don't allow.
        plain.hasCheckedValidity = hasCheckedValidity && !zip(path, offered).allSatisfy(===)
        plain.path = []
        for certificate in path { plain.path.append(try certificate.inDefaultContext()) }
        return try plain.runOnce(plain.offeredPath())
    }

    /// The path as OpenSSL must see it.
    private func offeredPath() throws(OpenSSLError) -> [X509Certificate] {
        var offered: [X509Certificate] = []
        for (index, certificate) in path.enumerated() {
            offered.append(try certificate.readyForPath(isAnchor: index == path.count - 1))
        }
        return offered
    }

    private func runOnce(_ offered: [X509Certificate]) throws(OpenSSLError) -> Outcome {
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
                try configure(context)
                return try verify(context, offered)
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

    private func configure(_ context: OpaquePointer) throws(OpenSSLError) {
        let parameters = try checked("X509_STORE_CTX_get0_param") { X509_STORE_CTX_get0_param(context) }
        var flags = X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST | policies.flags
        if hasCheckedValidity {
            flags |= X509_V_FLAG_NO_CHECK_TIME
        } else {
            X509_VERIFY_PARAM_set_time(parameters, time_t(time))
        }
        try checkedStatus("X509_VERIFY_PARAM_set_flags") { X509_VERIFY_PARAM_set_flags(parameters, UInt(flags)) }
        // Depth is counted by the caller; OpenSSL's own limit must not come first (it counts self-issued ones too).
        X509_VERIFY_PARAM_set_depth(parameters, 100)
        X509_VERIFY_PARAM_set_auth_level(parameters, Int32(securityLevel))
        // RFC 5280 §4.2.1.10 does not constrain commonNames; the caller decides whether it does.
        X509_VERIFY_PARAM_set_hostflags(parameters, UInt32(X509_CHECK_FLAG_NEVER_CHECK_SUBJECT))
        try policies.apply(to: parameters)
        if isForClientAuthentication {
            try checkedStatus("X509_VERIFY_PARAM_set_purpose") {
                X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_CLIENT)
            }
        }
    }

    private func verify(
        _ context: OpaquePointer,
        _ offered: [X509Certificate]
    ) throws(OpenSSLError) -> Outcome {
        var record = VerifyRecord(
            waived: waived,
            links: verifiedLinks,
            brokenLink: brokenLink,
            path: path,
            offered: offered
        )
        let status = try withUnsafeMutablePointer(to: &record) { record throws(OpenSSLError) -> Int32 in
            try checkedStatus("X509_STORE_CTX_set_ex_data") {
                X509_STORE_CTX_set_ex_data(context, VerifyRecord.index, record)
            }
            X509_STORE_CTX_set_verify_cb(context, VerifyRecord.callback)
            if hasCheckedValidity { X509_STORE_CTX_set_verify(context, ChainSignatures.callback) }
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
