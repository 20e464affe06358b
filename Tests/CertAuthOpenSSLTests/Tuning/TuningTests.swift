// SPDX-License-Identifier: Apache-2.0
// The switch for tuning.

import CertAuthOpenSSL
import CertAuthTesting
import Foundation
import XCTest

final class TuningTests: XCTestCase {
    func test_the_environment_turns_tuning_off() {
        XCTAssertTrue(Tuning.isWanted(by: nil))
        XCTAssertTrue(Tuning.isWanted(by: "on"))
        for value in ["off", "OFF", "0", "no", "", "On"] { XCTAssertFalse(Tuning.isWanted(by: value), value) }
        let value = ProcessInfo.processInfo.environment["CERTAUTH_OPENSSL_TUNING"]
        XCTAssertEqual(Tuning.isOn, Tuning.isWanted(by: value))
    }

    func test_the_switch_holds_for_a_closure() throws {
        let former = Tuning.isOn
        for isOn in [true, false] {
            XCTAssertEqual(Tuning.with(isOn: isOn) { Tuning.isOn }, isOn)
            XCTAssertEqual(Tuning.isOn, former)
        }
    }

    func test_a_key_that_must_not_be_decoded_is_decoded_in_neither_way() throws {
        let root = try TestAuthority("Root")
        let leaf = try root.issue("alice")
        let below = try TestAuthority("alice", key: leaf.key).issue("bob").certificateDER
        for isOn in [true, false] {
            try Tuning.with(isOn: isOn) {
                let undecoded = try X509Certificate(withoutKey: leaf.certificateDER, signature: nil)
                XCTAssertFalse(undecoded.hasUsablePublicKey)
                XCTAssertFalse(undecoded.hasUndecodableKey)
                XCTAssertFalse(try X509Certificate(der: below).isSigned(by: undecoded))
            }
        }
    }
}
