// SPDX-License-Identifier: Apache-2.0
// ALPN protocol names in the form they have on the wire.

/// Protocol names in order of preference.
struct ApplicationProtocolList: Sendable {
    let names: [[UInt8]]

    /// Names that are empty or longer than 255 bytes cannot be written on the wire and are left out.
    init(_ names: [String]) {
        self.names = names.map { Array($0.utf8) }.filter { (1...255).contains($0.count) }
    }

    var isEmpty: Bool { names.isEmpty }

    /// Each name behind its length in one byte, as `SSL_set_alpn_protos` takes it.
    var wireFormat: [UInt8] { names.flatMap { [UInt8($0.count)] + $0 } }

    /// The position in `offer` of our most preferred protocol that stands there.
    ///
    /// - Returns: nil when nothing matches or the offer is malformed.
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
