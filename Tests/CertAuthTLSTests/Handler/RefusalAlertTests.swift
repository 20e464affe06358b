// SPDX-License-Identifier: Apache-2.0
// The mapping from failure codes to alerts.

import CertAuth
import CertAuthOpenSSL
import CertAuthTLS
import XCTest

final class RefusalAlertTests: XCTestCase {
    func test_each_code_has_its_alert() {
        let expected: [FailureCode: String] = [
            .noCertificate: "handshake_failure", .notHTTPS: "handshake_failure",
            .certificateTypeNotAllowed: "unsupported_certificate", .malformed: "bad_certificate",
            .untrusted: "unknown_ca", .partialChain: "unknown_ca", .badSignature: "bad_certificate",
            .expired: "certificate_expired", .notYetValid: "bad_certificate", .wrongUsage: "unsupported_certificate",
            .notACertificateAuthority: "unknown_ca", .pathTooLong: "unknown_ca", .nameNotPermitted: "bad_certificate",
            .criticalExtension: "unsupported_certificate", .policy: "bad_certificate",
            .weakKey: "unsupported_certificate", .weakSignature: "unsupported_certificate",
            .revoked: "certificate_revoked", .revocationUnknown: "certificate_unknown",
            .limitExceeded: "bad_certificate", .rejectedByHandler: "certificate_unknown",
            .notAuthorized: "certificate_unknown", .identityNotMapped: "certificate_unknown",
            .identityAmbiguous: "certificate_unknown", .tokenNotBound: "certificate_unknown",
            .tokenBindingMismatch: "certificate_unknown",
            .forwardingUntrusted: "certificate_unknown", .keyNotProven: "certificate_unknown",
            .notVerifiedByProxy: "certificate_unknown", .forwardedScheme: "certificate_unknown",
            .internalError: "internal_error",
        ]
        for code in FailureCode.all {
            XCTAssertEqual(code.certificateAlert.alert.description, expected[code], code.rawValue)
        }
        let own = FailureCode(rawValue: "of-the-application")
        XCTAssertEqual(own.certificateAlert, .certificateUnknown)
    }
}
