// SPDX-License-Identifier: Apache-2.0

/// A proxy's statement about its client's certificate.
enum ProxyVerdict {
    /// There is a certificate, and the proxy verified it.
    case verified
    /// There is no certificate.
    case absent

    /// Combines verdict and certificate. Each requires the other.
    func certificates(
        _ found: [[UInt8]]?,
        verdictHeader: String,
        certificateHeader: String,
        in fields: DialectFields
    ) throws(ForwardingError) -> [[UInt8]]? {
        switch (self, found) {
        case (.verified, let certificates?): return certificates
        case (.absent, nil): return nil
        case (.verified, nil):
            // Proxies clear a value that is too long for them. Such a client is not anonymous.
            throw fields.malformed(certificateHeader, "empty, though \(verdictHeader) says that there is a certificate")
        case (.absent, .some):
            throw fields.malformed(certificateHeader, "not empty, though \(verdictHeader) says that there is none")
        }
    }
}

extension ProxyVerdict {
    /// Parses `SUCCESS`, `NONE`, and `FAILED:` with a reason, as written by nginx, Apache httpd and Azure.
    static func word(_ header: String, in fields: DialectFields) throws(ForwardingError) -> ProxyVerdict {
        guard let word = fields.text(header) else {
            throw fields.untrusted(header, "missing, expected the proxy's verdict")
        }
        switch word {
        case "SUCCESS": return .verified
        case "NONE": return .absent
        case "GENEROUS": throw fields.unverified(header, "GENEROUS, accepted without verification")
        case _ where word.hasPrefix("FAILED"):
            throw fields.unverified(header, word)
        default: throw fields.malformed(header, "unknown verdict \(DisplayText.escaped(word, limit: 64))")
        }
    }

    /// Parses `true` or `false`, `1` or `0`.
    static func flag(_ header: String, in fields: DialectFields) throws(ForwardingError) -> Bool {
        guard let text = fields.text(header) else {
            throw fields.untrusted(header, "missing, expected the proxy's verdict")
        }
        switch text {
        case "true", "1": return true
        case "false", "0": return false
        default: throw fields.malformed(header, "\(DisplayText.escaped(text, limit: 64)), expected true or false")
        }
    }
}
