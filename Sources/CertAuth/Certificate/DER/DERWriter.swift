// SPDX-License-Identifier: Apache-2.0

/// Writes the DER that CertAuth needs: OCSP requests, and names composed of their parts. Each function returns one
/// complete encoding.
enum DERWriter {
    /// The identifier octet, the length in the shortest form, and the contents.
    static func value(_ tag: UInt8, _ contents: some Collection<UInt8>) -> [UInt8] {
        var output = [tag]
        output.reserveCapacity(contents.count + 6)
        appendLength(contents.count, to: &output)
        output += contents
        return output
    }

    /// A SEQUENCE of encoded values.
    static func sequence(_ elements: [[UInt8]]) -> [UInt8] { value(DERTag.sequence, Array(elements.joined())) }

    /// A value with the EXPLICIT tag `[number]`.
    static func explicit(_ number: UInt8, _ element: [UInt8]) -> [UInt8] {
        value(DERTag.contextConstructed(number), element)
    }

    private static func appendLength(_ count: Int, to output: inout [UInt8]) {
        guard count >= 0x80 else {
            output.append(UInt8(truncatingIfNeeded: count))
            return
        }
        let octets = (Int.bitWidth - count.leadingZeroBitCount + 7) / 8
        output.append(0x80 | UInt8(truncatingIfNeeded: octets))
        for index in (0..<octets).reversed() { output.append(UInt8(truncatingIfNeeded: count >> (index * 8))) }
    }
}
