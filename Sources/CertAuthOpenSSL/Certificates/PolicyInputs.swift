// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// The inputs of RFC 5280 §6.1.1 (c) to (f).
package struct PolicyInputs: Sendable, Equatable {
    /// Acceptable policies in dotted form. anyPolicy must be listed explicitly, because an empty set means no policy to
    /// OpenSSL.
    package var acceptable: [String]
    package var requiresExplicitPolicy: Bool
    package var inhibitsMapping: Bool
    package var inhibitsAnyPolicy: Bool

    package init(
        acceptable: [String],
        requiresExplicitPolicy: Bool,
        inhibitsMapping: Bool,
        inhibitsAnyPolicy: Bool
    ) {
        self.acceptable = acceptable
        self.requiresExplicitPolicy = requiresExplicitPolicy
        self.inhibitsMapping = inhibitsMapping
        self.inhibitsAnyPolicy = inhibitsAnyPolicy
    }

    var flags: Int32 {
        var flags = X509_V_FLAG_POLICY_CHECK
        if requiresExplicitPolicy { flags |= X509_V_FLAG_EXPLICIT_POLICY }
        if inhibitsMapping { flags |= X509_V_FLAG_INHIBIT_MAP }
        if inhibitsAnyPolicy { flags |= X509_V_FLAG_INHIBIT_ANY }
        return flags
    }

    /// Corresponds to `X509_VERIFY_PARAM_add0_policy`, which takes ownership of the object.
    func apply(to parameters: OpaquePointer) throws(OpenSSLError) {
        for policy in acceptable {
            // OpenSSL has a static object for the most common policy, and freeing that does nothing.
            let object = try checked("OBJ_txt2obj") {
                policy == "2.5.29.32.0" ? OBJ_nid2obj(NID_any_policy) : OBJ_txt2obj(policy, 1)
            }
            let status = X509_VERIFY_PARAM_add0_policy(parameters, object)
            guard status == 1 else {
                ASN1_OBJECT_free(object)
                throw OpenSSLError.drained(after: "X509_VERIFY_PARAM_add0_policy")
            }
        }
    }
}

/// The policies for which a verified path is valid.
enum ValidPolicies {
    /// The user-constrained policy set in dotted form.
    ///
    /// Corresponds to `X509_STORE_CTX_get0_policy_tree` and `X509_policy_tree_get0_user_policies`.
    static func texts(in context: OpaquePointer) -> [String] {
        guard let tree = X509_STORE_CTX_get0_policy_tree(context),
            let nodes = X509_policy_tree_get0_user_policies(tree)
        else { return [] }
        return (0..<CA_sk_X509_POLICY_NODE_num(nodes)).compactMap { index in
            guard let node = CA_sk_X509_POLICY_NODE_value(nodes, index) else { return nil }
            return text(of: X509_policy_node_get0_policy(node))
        }
    }

    private static func text(of object: OpaquePointer?) -> String? {
        guard let object else { return nil }
        var buffer = [CChar](repeating: 0, count: 256)
        let length = OBJ_obj2txt(&buffer, Int32(buffer.count), object, 1)
        guard length > 0, Int(length) < buffer.count else { return nil }
        return String(decoding: buffer.prefix(Int(length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
