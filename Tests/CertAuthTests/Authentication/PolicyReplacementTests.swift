// SPDX-License-Identifier: Apache-2.0
// A replaced trust store is released outside of the lock that every validation takes.

import CertAuthTesting
import Synchronization
import XCTest

@testable import CertAuth

final class PolicyReplacementTests: XCTestCase {
    private final class World: Sendable {
        let anchors: Mutex<[Certificate]>
        let policies = Mutex<PolicyInForce?>(nil)
        let released = Mutex<[FormerSnapshot]>([])

        init(_ anchors: [Certificate]) { self.anchors = Mutex(anchors) }
    }

    private var stage: Stage!

    override func setUpWithError() throws { stage = try Stage() }

    private func policies(of world: World) throws -> (PolicyInForce, TrustSource) {
        let source = try TrustSource { () throws(TrustStoreError) in
            try TrustStore(certificates: world.anchors.withLock { $0 })
        }
        var options = try stage.options()
        options.trust = .reloadable(source)
        let policies = try PolicyInForce(options: options) { former in
            // The lock of the policy is free.
            let policies = world.policies.withLock { $0 }
            XCTAssertNotNil(policies?.current)
            world.released.withLock { $0.append(former) }
        }
        world.policies.withLock { $0 = policies }
        return (policies, source)
    }

    func test_a_replaced_snapshot_is_handed_over_and_no_other_is_kept() throws {
        let world = World([try stage.root.certificate])
        let (policies, source) = try policies(of: world)
        weak var first: PolicySnapshot?
        do {
            let used = policies.current
            first = used
            world.anchors.withLock { $0 = [try? stage.issuing.certificate].compactMap { $0 } }
            source.reload()
            XCTAssertEqual(policies.current.engine.trust?.anchors, [try stage.issuing.certificate])
            let former = try XCTUnwrap(world.released.withLock { $0.first })
            XCTAssertTrue(former.isUsed)
            withExtendedLifetime(used) {}
        }
        XCTAssertEqual(world.released.withLock { $0.count }, 1)
        XCTAssertEqual(world.released.withLock { $0.map(\.isUsed) }, [false])
        XCTAssertNotNil(first, "it is released only where it was handed over")
        world.released.withLock { $0 = [] }
        XCTAssertNil(first)
    }

    func test_the_replacement_does_not_walk_through_the_anchors() throws {
        let clock = stage.clock.verificationClock
        let key = try TestKey.generate()
        let others = try (0..<300).map { try TestAuthority("Other \($0)", key: key, clock: clock).certificate }
        let visits = try [30, 300].map { count in
            let world = World([try stage.root.certificate])
            let (policies, source) = try policies(of: world)
            world.anchors.withLock { $0 = Array(others.prefix(count)) }
            source.reload()
            return VisitCounter.count {
                XCTAssertEqual(policies.current.engine.trust?.generation, source.current.generation)
            }
        }
        XCTAssertEqual(visits[0], visits[1])
    }

    func test_a_trust_that_cannot_change_has_one_snapshot() throws {
        let policies = try PolicyInForce(options: stage.options())
        XCTAssertTrue(policies.current === policies.current)
    }
}
