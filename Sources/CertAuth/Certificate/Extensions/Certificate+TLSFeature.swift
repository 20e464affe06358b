// SPDX-License-Identifier: Apache-2.0

extension Certificate {
    /// Whether the TLS feature extension names status_request, so that clients may refuse a server that staples no OCSP
    /// response (RFC 7633 §4). False if the extension cannot be read.
    package var requiresStapledResponse: Bool {
        guard let feature = extensions.first(where: { $0.identifier == .tlsFeature }) else { return false }
        var reader = DERReader(feature.value)
        guard var list = try? reader.constructed() else { return false }
        while !list.isAtEnd {
            guard let value = try? list.value(DERTag.integer), let number = try? DERReader.smallNumber(value) else {
                return false
            }
            if number == Self.statusRequest { return true }
        }
        return false
    }

    /// The type of the status_request extension (RFC 6066 §8).
    private static let statusRequest = 5
}
