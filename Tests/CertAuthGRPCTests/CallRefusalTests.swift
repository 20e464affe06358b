// SPDX-License-Identifier: Apache-2.0
// The complete table from codes to gRPC statuses.

#if GRPC
import CertAuth
import CertAuthGRPC
import GRPCCore
import XCTest

final class CallRefusalTests: XCTestCase {
    func test_each_code_has_its_status_and_contains_only_the_public_sentence() {
        let others: [FailureCode: RPCError.Code] = [
            .notAuthorized: .permissionDenied, .revocationUnknown: .unavailable, .internalError: .internalError,
        ]
        for code in FailureCode.all {
            let refusal = CallRefusal(code)
            XCTAssertEqual(refusal.status, others[code] ?? .unauthenticated, code.rawValue)
            XCTAssertEqual(refusal.error.message, "\(code): \(code.publicSentence)")
            XCTAssertNil(refusal.error.cause)
        }
        let own = AuthenticationFailure(Finding(.expired, at: 0, "secret"))
        let issuers = AuthenticationFailure(Finding(.expired, at: 1, "secret"))
        XCTAssertEqual(own.rpcErrorMessage, "expired: \(FailureCode.expired.publicSentence)")
        let issuerSentence = FailureCode.expired.reference.issuerSentence ?? ""
        XCTAssertFalse(issuerSentence.isEmpty)
        XCTAssertEqual(issuers.rpcErrorMessage, "expired: \(issuerSentence)")
        XCTAssertEqual(issuers.rpcErrorCode, own.rpcErrorCode)
        XCTAssertEqual(CallRefusal(FailureCode(rawValue: "of-the-application")).status, .unauthenticated)
    }
}
#endif
