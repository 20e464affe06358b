// SPDX-License-Identifier: Apache-2.0

/// ALPN protocol names in order of preference.
struct ApplicationProtocolList: Sendable {
    let names: [[UInt8]]

    /// Ignores names that are empty or longer than 255 bytes: they cannot be encoded.
    init(_ names: [String]) {
        self.names = names.map { Array($0.utf8) }.filter { (1...255).contains($0.count) }
    }

    var isEmpty: Bool { names.isEmpty }

    /// Each name after its length in one byte, as `SSL_set_alpn_protos` takes it.
    var wireFormat: [UInt8] { names.flatMap { [UInt8($0.count)] + $0 } }

    /// The range in `offer` of the first of our protocols that the offer contains.
    ///
    /// - Returns: Nil if nothing matches or the offer is malformed.
    func selection(from offer: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        var offered: [Range<Int>] = []
        var position = 0
        while position < offer.count {
            let start = position + 1
            let end = start + Int(offer[position])
            guard end > start, end <= offer.count else { return nil }
            offered.append(start..<end)
            position = end
        }
        for name in names {
            if let match = offered.first(where: { offer[$0].elementsEqual(name) }) { return match }
        }
        return nil
    }
}
