// SPDX-License-Identifier: Apache-2.0
// How long responses are fresh.

import CertAuth
import XCTest

final class CacheDirectivesTests: XCTestCase {
    func test_freshness_is_the_servers_lifetime_less_the_age() {
        let cases: [([String], String?, Int64?)] = [
            ([], nil, nil), (["public"], nil, nil), (["max-age=60"], nil, 60), (["public, Max-Age=\"60\""], nil, 60),
            (["max-age=60"], "20", 40), (["max-age=60"], "100", 0), (["max-age=60", "no-store"], nil, 0),
            (["no-cache"], nil, 0), (["max-age=x"], nil, 0), (["max-age"], nil, 0), (["max-age=-1"], nil, 0),
            (["max-age=60, max-age=30"], nil, 30), (["max-age=99999999999999999999"], nil, 1 << 31),
            (["max-age=60"], "x", 60),
        ]
        for (fields, age, expected) in cases {
            XCTAssertEqual(CacheDirectives.freshness(cacheControl: fields, age: age), expected, "\(fields)")
        }
    }
}
