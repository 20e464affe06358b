// SPDX-License-Identifier: Apache-2.0

extension RevocationStatus.Cause {
    /// The cause for bytes that are not the DER of `kind`. It names the kind of object found, or gives `reason` if that
    /// is unknown.
    package static func unreadable(
        _ contents: [UInt8],
        source: String,
        expected kind: EncodedObjectKind,
        reason: String
    ) -> RevocationStatus.Cause {
        let text = contents.drop { $0 <= 0x20 || [0xEF, 0xBB, 0xBF].contains($0) }
        if contents.isEmpty { return .malformed(source: source, reason: "it is empty, expected \(kind.name)") }
        if text.starts(with: "-----BEGIN ".utf8) {
            let command = kind == .revocationList ? "`openssl crl -outform DER -in FILE`" : "`openssl base64 -d`"
            let reason = "it is PEM, expected \(kind.name) in DER: convert it with \(command)"
            return .malformed(source: source, reason: reason)
        }
        if text.first == UInt8(ascii: "<") {
            return .malformed(source: source, reason: "it is HTML or XML, expected \(kind.name) in DER")
        }
        if let found = EncodedObjectKind(encoded: contents), found != kind {
            return .malformed(source: source, reason: "it is \(found.name), expected \(kind.name)")
        }
        return .malformed(source: source, reason: reason)
    }
}

extension CertificateError {
    /// The cause of an unknown status, if the bytes were to be a CRL.
    func cause(source: String, of contents: [UInt8]) -> RevocationStatus.Cause {
        let reason = if case .malformed(let error) = cause { "\(error)" } else { "\(self)" }
        return .unreadable(contents, source: source, expected: .revocationList, reason: reason)
    }
}
