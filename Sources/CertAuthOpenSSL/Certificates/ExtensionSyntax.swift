// SPDX-License-Identifier: Apache-2.0

import COpenSSL

/// The extensions whose syntax OpenSSL 3.0 knows.
///
/// Later versions decode more, for instance those of attribute certificates. These are ignored, because the same
/// certificate must not be accepted by one version and refused by another.
enum ExtensionSyntax {
    /// OpenSSL's numbers of the extensions.
    static let known: Set<Int32> = Set(pathProcessing + revocation + informational + retired)

    /// The extensions of RFC 5280 and RFC 3779, and those that RFC 3820 and RFC 7633 add.
    private static let pathProcessing: [Int32] = [
        NID_subject_key_identifier, NID_authority_key_identifier, NID_key_usage, NID_private_key_usage_period,
        NID_subject_alt_name, NID_issuer_alt_name, NID_basic_constraints, NID_name_constraints,
        NID_certificate_policies, NID_policy_mappings, NID_policy_constraints, NID_inhibit_any_policy,
        NID_ext_key_usage, NID_sbgp_ipAddrBlock, NID_sbgp_autonomousSysNum, NID_proxyCertInfo, NID_tlsfeature,
    ]

    /// The extensions of certificates, CRLs and OCSP about revocation.
    private static let revocation: [Int32] = [
        NID_crl_distribution_points, NID_freshest_crl, NID_crl_number, NID_crl_reason, NID_invalidity_date,
        NID_delta_crl, NID_issuing_distribution_point, NID_certificate_issuer, NID_hold_instruction_code,
        NID_id_pkix_OCSP_Nonce, NID_id_pkix_OCSP_CrlID, NID_id_pkix_OCSP_acceptableResponses,
        NID_id_pkix_OCSP_noCheck, NID_id_pkix_OCSP_archiveCutoff, NID_id_pkix_OCSP_serviceLocator,
    ]

    private static let informational: [Int32] = [
        NID_info_access, NID_sinfo_access, NID_ct_precert_scts, NID_ct_precert_poison, NID_ct_cert_scts,
        NID_x509ExtAdmission, NID_subjectSignTool, NID_issuerSignTool, NID_sxnet,
    ]

    private static let retired: [Int32] = [
        NID_netscape_cert_type, NID_netscape_base_url, NID_netscape_revocation_url, NID_netscape_ca_revocation_url,
        NID_netscape_renewal_url, NID_netscape_ca_policy_url, NID_netscape_ssl_server_name, NID_netscape_comment,
    ]
}
