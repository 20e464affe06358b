// SPDX-License-Identifier: Apache-2.0
// The names of object identifiers.

import CertAuth

extension OID {
    /// The name in the RFCs; the dotted form if it has none here.
    var readableName: String { Self.names[description] ?? description }

    private static let names: [String: String] = [
        "2.5.29.9": "subjectDirectoryAttributes", "2.5.29.14": "subjectKeyIdentifier", "2.5.29.15": "keyUsage",
        "2.5.29.17": "subjectAltName", "2.5.29.18": "issuerAltName", "2.5.29.19": "basicConstraints",
        "2.5.29.20": "cRLNumber", "2.5.29.27": "deltaCRLIndicator", "2.5.29.28": "issuingDistributionPoint",
        "2.5.29.30": "nameConstraints", "2.5.29.31": "cRLDistributionPoints", "2.5.29.32": "certificatePolicies",
        "2.5.29.32.0": "anyPolicy", "2.5.29.33": "policyMappings", "2.5.29.35": "authorityKeyIdentifier",
        "2.5.29.36": "policyConstraints", "2.5.29.37": "extKeyUsage", "2.5.29.37.0": "anyExtendedKeyUsage",
        "2.5.29.46": "freshestCRL", "2.5.29.54": "inhibitAnyPolicy", "2.5.29.56": "noRevAvail",
        "1.3.6.1.5.5.7.1.1": "authorityInfoAccess", "1.3.6.1.5.5.7.1.11": "subjectInfoAccess",
        "1.3.6.1.5.5.7.1.24": "tlsFeature", "1.3.6.1.5.5.7.48.1": "ocsp", "1.3.6.1.5.5.7.48.2": "caIssuers",
        "1.3.6.1.5.5.7.48.1.5": "ocspNoCheck", "1.3.6.1.5.5.7.3.1": "serverAuth", "1.3.6.1.5.5.7.3.2": "clientAuth",
        "1.3.6.1.5.5.7.3.3": "codeSigning", "1.3.6.1.5.5.7.3.4": "emailProtection",
        "1.3.6.1.5.5.7.3.8": "timeStamping", "1.3.6.1.5.5.7.3.9": "ocspSigning",
        "1.3.6.1.4.1.311.20.2.2": "smartcardLogon", "1.3.6.1.4.1.11129.2.4.2": "signedCertificateTimestamps",
        "2.16.840.1.113730.1.1": "netscapeCertType", "2.16.840.1.113730.1.13": "netscapeComment",
        "1.2.840.113549.1.1.4": "md5WithRSAEncryption", "1.2.840.113549.1.1.5": "sha1WithRSAEncryption",
        "1.2.840.113549.1.1.10": "rsassaPss", "1.2.840.113549.1.1.11": "sha256WithRSAEncryption",
        "1.2.840.113549.1.1.12": "sha384WithRSAEncryption", "1.2.840.113549.1.1.13": "sha512WithRSAEncryption",
        "1.2.840.10045.4.1": "ecdsa-with-SHA1", "1.2.840.10045.4.3.2": "ecdsa-with-SHA256",
        "1.2.840.10045.4.3.3": "ecdsa-with-SHA384", "1.2.840.10045.4.3.4": "ecdsa-with-SHA512",
        "1.2.840.10040.4.3": "dsa-with-SHA1", "2.16.840.1.101.3.4.3.2": "dsa-with-SHA256",
        "1.3.101.112": "Ed25519", "1.3.101.113": "Ed448",
    ]
}
