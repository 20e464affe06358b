// SPDX-License-Identifier: Apache-2.0
// Assertions of exact outcomes.

import CertAuth
import XCTest

/// Fails unless the client was accepted; returns it.
@discardableResult
func assertAccepted(
    _ result: AuthenticationResult,
    file: StaticString = #filePath,
    line: UInt = #line
) -> AuthenticatedClient? {
    XCTAssertNotNil(result.client, "\(result)", file: file, line: line)
    return result.client
}

/// Fails unless the client was refused with exactly this code at this certificate. Returns the refusal.
@discardableResult
func assertRefused(
    _ result: AuthenticationResult,
    _ code: FailureCode,
    at index: Int?,
    file: StaticString = #filePath,
    line: UInt = #line
) -> AuthenticationFailure? {
    guard case .failure(let failure) = result else {
        XCTFail("expected \(code), found \(result)", file: file, line: line)
        return nil
    }
    XCTAssertEqual(failure.code, code, failure.message, file: file, line: line)
    XCTAssertEqual(failure.certificateIndex, index, failure.message, file: file, line: line)
    return failure
}

/// Fails unless the engine accepted. Returns the path.
@discardableResult
func assertAccepted(
    _ verdict: ValidationVerdict,
    file: StaticString = #filePath,
    line: UInt = #line
) -> ValidatedChain? {
    guard case .accepted(let chain) = verdict else {
        XCTFail("\(verdict)", file: file, line: line)
        return nil
    }
    return chain
}

/// Fails unless the engine refused with exactly this code at this certificate. Returns the refusal.
@discardableResult
func assertRefused(
    _ verdict: ValidationVerdict,
    _ code: FailureCode,
    at index: Int?,
    file: StaticString = #filePath,
    line: UInt = #line
) -> AuthenticationFailure? {
    guard case .refused(let failure, _) = verdict else {
        XCTFail("expected \(code), found \(verdict)", file: file, line: line)
        return nil
    }
    XCTAssertEqual(failure.code, code, failure.message, file: file, line: line)
    XCTAssertEqual(failure.certificateIndex, index, failure.message, file: file, line: line)
    return failure
}

/// Fails unless `body` throws exactly `expected`.
func assertThrows<Failure: Error & Equatable>(
    _ expected: Failure,
    file: StaticString = #filePath,
    line: UInt = #line,
    _ body: () throws -> Void
) {
    XCTAssertThrowsError(try body(), file: file, line: line) { error in
        XCTAssertEqual(error as? Failure, expected, "\(error)", file: file, line: line)
    }
}
