// SPDX-License-Identifier: Apache-2.0

import CertAuthTesting
import XCTest

@testable import CertAuthOpenSSL

final class RecordBudgetTests: XCTestCase {
    private func record(_ length: Int) -> [UInt8] {
        [23, 3, 3, UInt8(length >> 8), UInt8(length & 0xFF)] + [UInt8](repeating: 0, count: length)
    }

    func test_33_records_may_begin_before_application_data_and_not_34() {
        var budget = RecordBudget()
        for _ in 0..<33 { budget.take(record(22)) }
        XCTAssertFalse(budget.isExceeded)
        budget.take(record(22).prefix(5))
        XCTAssertTrue(budget.isExceeded)
    }

    func test_records_are_counted_wherever_their_bytes_are_cut() {
        for size in [1, 2, 3, 4, 5, 6, 7, 300, 1_000] {
            var budget = RecordBudget()
            let bytes = [0, 1, 22, 257, 16_401].flatMap(record) + (0..<28).flatMap { _ in record(0) }
            for start in stride(from: 0, to: bytes.count, by: size) {
                XCTAssertFalse(budget.isExceeded)
                budget.take(bytes[start..<min(start + size, bytes.count)])
            }
            XCTAssertFalse(budget.isExceeded, "\(size)")
            budget.take(record(1))
            XCTAssertTrue(budget.isExceeded, "\(size)")
        }
    }

    func test_a_record_is_earned_by_each_kib_of_application_data() {
        var budget = RecordBudget()
        for _ in 0..<33 { budget.take(record(22)) }
        // One of them carried the data, 32 did not: nothing is left.
        budget.didDeliver(1_023)
        budget.take(record(22))
        XCTAssertFalse(budget.isExceeded)
        budget.didDeliver(1)
        for _ in 0..<2 { budget.take(record(22)) }
        XCTAssertFalse(budget.isExceeded)
        budget.take(record(22))
        XCTAssertTrue(budget.isExceeded)
    }

    func test_no_more_is_earned_than_the_capacity() {
        var budget = RecordBudget()
        budget.didDeliver(1_000_000)
        for _ in 0..<34 { budget.take(record(22)) }
        XCTAssertTrue(budget.isExceeded)
    }

    // MARK: Connections

    private func sendKeyUpdates(_ count: Int, over pair: HandshakePair) {
        for _ in 0..<count {
            XCTAssertTrue(pair.client.updateKeys())
            _ = pair.client.handshake()
            pair.server.receive(pair.client.takeUnsent())
        }
    }

    private func read(_ pair: HandshakePair) -> TLSOutcome {
        var buffer = [UInt8](repeating: 0, count: 1_024)
        return pair.server.read(into: &buffer)
    }

    func test_a_flood_of_key_updates_ends_the_connection_early() throws {
        let pair = try HandshakePair(.tls13)
        sendKeyUpdates(32, over: pair)
        XCTAssertEqual(read(pair), .wantsMoreInput)
        XCTAssertEqual(pair.carry("request", from: pair.client, to: pair.server), "request")
        sendKeyUpdates(200, over: pair)
        guard case .failed(let failure) = read(pair) else { return XCTFail("the connection goes on") }
        XCTAssertTrue(failure.description.contains("records without application data"), failure.description)
        // OpenSSL did not read the rest.
        XCTAssertGreaterThan(pair.server.unreadCount, 4_000)
    }

    func test_key_updates_between_requests_end_no_connection() throws {
        let pair = try HandshakePair(.tls13)
        let request = String(repeating: "a", count: 1_024)
        for _ in 0..<200 {
            XCTAssertEqual(pair.carry(request, from: pair.client, to: pair.server), request)
            sendKeyUpdates(1, over: pair)
        }
    }
}
