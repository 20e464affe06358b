// SPDX-License-Identifier: Apache-2.0
// Keys of a valid form that cannot be used, each with a twin in which only the defect is repaired.

import CertAuthTesting

/// A public key that cannot be accepted, and its repaired twin.
struct UnusableKey {
    let name: String
    /// The text in the refusal.
    let message: String
    let key: [UInt8]
    let repaired: [UInt8]
}

extension UnusableKey {
    /// Points with the form and length of their curve that are not on it, which only decoding shows.
    static func pointsOffTheCurve() throws -> [UnusableKey] {
        try Curve.all.flatMap { curve -> [UnusableKey] in
            let point = try curve.point()
            let message = "\(curve.name) point that is not on the curve"
            let zero = [UInt8](repeating: 0, count: curve.bytes)
            let large = [UInt8](repeating: 0xFF, count: curve.bytes)
            let wrong: [(String, [UInt8], [UInt8])] = [
                ("another y", point.dropLast() + [point[point.count - 1] ^ 2], point),
                (
                    "the other coordinate first",
                    [4] + point.suffix(curve.bytes) + point.dropFirst().prefix(curve.bytes), point
                ),
                ("zero", [4] + zero + zero, point),
                ("x beyond the field", [4] + large + point.suffix(curve.bytes), point),
                ("y beyond the field", point.dropLast(curve.bytes) + large, point),
                (
                    "compressed, without y", [2] + zero.dropLast() + [curve.without],
                    [2] + zero.dropLast() + [curve.with]
                ),
                ("compressed, x beyond the field", [3] + large, [3] + zero.dropLast() + [curve.with]),
            ]
            return wrong.map { name, wrong, right in
                UnusableKey(
                    name: "\(curve.name): \(name)",
                    message: message,
                    key: KeyTemplate.point(wrong, onCurve: curve.identifier),
                    repaired: KeyTemplate.point(right, onCurve: curve.identifier)
                )
            }
        }
    }

    /// A curve with the x coordinate of one of its points and one that belongs to none.
    private struct Curve {
        let name: String
        let identifier: String
        let kind: TestKey.Kind
        let bytes: Int
        let with: UInt8
        let without: UInt8

        static let all = [
            Curve(name: "P-256", identifier: "1.2.840.10045.3.1.7", kind: .p256, bytes: 32, with: 5, without: 1),
            Curve(name: "P-384", identifier: "1.3.132.0.34", kind: .p384, bytes: 48, with: 2, without: 1),
            Curve(name: "P-521", identifier: "1.3.132.0.35", kind: .p521, bytes: 66, with: 1, without: 3),
        ]

        func point() throws -> [UInt8] { try TestKey.generate(kind).subjectPublicKeyInfo().suffix(2 * bytes + 1) }
    }
}

extension UnusableKey {
    /// Points of small order of both Edwards curves, with each sign of x (RFC 8032 §8.4).
    static var smallOrder: [UnusableKey] {
        let points25519: [[UInt8]] = [
            [1] + [UInt8](repeating: 0, count: 31), [UInt8](repeating: 0, count: 32),
            [0xEC] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
            [
                0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF, 0x98, 0xF0,
                0xD5, 0xDF, 0xAC, 0x05, 0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53, 0xFC, 0x05,
            ],
            [
                0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10, 0x67, 0x0F,
                0x2A, 0x20, 0x53, 0xFA, 0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC, 0x03, 0x7A,
            ],
        ]
        let points448: [[UInt8]] = [
            [1] + [UInt8](repeating: 0, count: 56), [UInt8](repeating: 0, count: 57),
            [0xFE] + [UInt8](repeating: 0xFF, count: 27) + [0xFE] + [UInt8](repeating: 0xFF, count: 27) + [0],
        ]
        return keys("Ed25519", "1.3.101.112", points25519) + keys("Ed448", "1.3.101.113", points448)
    }

    private static func keys(_ name: String, _ identifier: String, _ points: [[UInt8]]) -> [UnusableKey] {
        points.flatMap { point in
            [0, 0x80].map { (sign: UInt8) in
                let signed = Array(point.dropLast()) + [point[point.count - 1] | sign]
                // y = 3 does not belong to a point of small order.
                let other = [3] + [UInt8](repeating: 0, count: point.count - 1)
                return UnusableKey(
                    name: "\(name): \(signed)",
                    message: "\(name) point of small order",
                    key: KeyTemplate.key(identifier, signed),
                    repaired: KeyTemplate.key(identifier, other)
                )
            }
        }
    }
}
