// SPDX-License-Identifier: Apache-2.0

/// Strict profile: requires that serial numbers below the anchor are not zero and have at most 20 bytes (RFC 5280
/// §4.1.2.2).
///
/// Negative numbers are accepted, as the RFC requires of certificate users.
package struct SerialNumberCheck: PathCheck {
    package init() {}

    package func check(_ path: CandidatePath, in context: ValidationContext) throws(Finding) {
        guard context.options.profile == .strict else { return }
        for (index, certificate, isAnchor) in path.positions where !isAnchor || index == 0 {
            let serial = certificate.serialNumber
            guard !serial.isZero, serial.bytes.count <= 20 else {
                let found = serial.isZero ? "zero" : "of \(serial.bytes.count) bytes"
                let text = "\(certificate): serial number \(found), expected 1 to 20 bytes and not zero"
                throw Finding(.malformed, at: index, text, rule: "RFC 5280 §4.1.2.2")
            }
        }
    }
}
