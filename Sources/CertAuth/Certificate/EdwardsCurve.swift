// SPDX-License-Identifier: Apache-2.0

/// A curve of RFC 8032. It recognizes the encoded points that are not accepted as keys: y in little-endian order, the
/// sign of x in the last bit.
enum EdwardsCurve {
    case ed25519
    case ed448

    /// The length of an encoded point in bytes.
    var encodedBytes: Int {
        switch self {
        case .ed25519: 32
        case .ed448: 57
        }
    }

    /// The section that defines how a point is decoded.
    var decodingRule: String {
        switch self {
        case .ed25519: "RFC 8032 §5.1.3"
        case .ed448: "RFC 8032 §5.2.3"
        }
    }

    /// Whether y is less than the field's prime. For Ed25519, OpenSSL reduces other values instead of refusing them.
    func isCanonical(_ point: ArraySlice<UInt8>) -> Bool {
        for (digit, limit) in zip(coordinate(point), prime).reversed() where digit != limit { return digit < limit }
        return false
    }

    /// Whether the cofactor times the point is the neutral element. For such a key, a signature over some messages can
    /// be computed from the public key; for the neutral element, over all messages.
    func isOfSmallOrder(_ point: ArraySlice<UInt8>) -> Bool {
        let coordinate = coordinate(point)
        return smallOrderCoordinates.contains { $0.elementsEqual(coordinate) }
    }

    /// y without the sign of x.
    private func coordinate(_ point: ArraySlice<UInt8>) -> [UInt8] {
        var bytes = Array(point)
        if let last = bytes.indices.last { bytes[last] &= 0x7F }
        return bytes
    }

    private var prime: [UInt8] {
        switch self {
        case .ed25519: Self.prime25519
        case .ed448: Self.prime448
        }
    }

    private var smallOrderCoordinates: [[UInt8]] {
        switch self {
        case .ed25519: Self.smallOrder25519
        case .ed448: Self.smallOrder448
        }
    }

    /// 2^255 - 19.
    private static let prime25519: [UInt8] = [0xED] + [UInt8](repeating: 0xFF, count: 30) + [0x7F]
    /// 2^448 - 2^224 - 1.
    private static let prime448 =
        [UInt8](repeating: 0xFF, count: 28) + [0xFE] + [UInt8](repeating: 0xFF, count: 27) + [0]

    /// The y coordinates of the points of order 1 (y = 1), 2 (y = -1), 4 (y = 0), and of the four points of order 8.
    private static let smallOrder25519: [[UInt8]] =
        [
            [1] + [UInt8](repeating: 0, count: 31), less1(prime25519), [UInt8](repeating: 0, count: 32),
        ]
        + [
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        ].compactMap { Hexadecimal.bytes($0) }

    /// The y coordinates of the points of order 1 (y = 1), 2 (y = -1) and 4 (y = 0).
    private static let smallOrder448: [[UInt8]] = [
        [1] + [UInt8](repeating: 0, count: 56), less1(prime448), [UInt8](repeating: 0, count: 57),
    ]

    /// An odd number minus one.
    private static func less1(_ number: [UInt8]) -> [UInt8] { number.prefix(1).map { $0 - 1 } + number.dropFirst() }
}
