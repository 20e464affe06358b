// SPDX-License-Identifier: Apache-2.0

/// Limits the records without application data after the handshake.
///
/// A client may send any number of key updates and similar messages, and OpenSSL processes as many as have arrived in
/// one call. The budget starts full. Each record without application data costs one; each KiB of application data earns
/// one back.
///
/// - Source: RFC 8446 section 4.6.3 permits any number of key updates. BoringSSL ends a connection after 32 of them,
///   and Go after 16, without application data in between.
struct RecordBudget {
    /// The number of records without application data that a connection may send in a row.
    static let capacity = 32
    private static let headerSize = 5

    private var left = capacity
    /// The bytes of application data that have not earned a record yet.
    private var unearned = 0
    /// The number of records that began since application data was last delivered.
    private var begun = 0
    /// The number of header bytes received of the current record, and the number of payload bytes still missing.
    private var headerCount = 0
    private var payloadSize = 0
    private var missingPayload = 0

    /// Whether more records have begun than the budget allows. One more is permitted, because it may carry application
    /// data.
    var isExceeded: Bool { begun > left + 1 }

    /// Counts the records in `bytes`, which OpenSSL reads next. Records may be split at any byte.
    mutating func take(_ bytes: some Collection<UInt8>) {
        var rest = bytes[...]
        while let byte = rest.first {
            guard missingPayload == 0 else {
                let count = min(missingPayload, rest.count)
                missingPayload -= count
                rest = rest.dropFirst(count)
                continue
            }
            rest = rest.dropFirst()
            headerCount += 1
            // The length is the last field of the header.
            if headerCount > Self.headerSize - 2 { payloadSize = payloadSize << 8 | Int(byte) }
            guard headerCount == Self.headerSize else { continue }
            begun += 1
            missingPayload = payloadSize
            headerCount = 0
            payloadSize = 0
        }
    }

    /// Counts application data that OpenSSL has delivered.
    mutating func didDeliver(_ count: Int) {
        left -= max(0, begun - 1)
        begun = 0
        unearned += count
        left = min(Self.capacity, left + unearned / 1024)
        unearned %= 1024
    }
}
