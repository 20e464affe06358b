// SPDX-License-Identifier: Apache-2.0

extension LogMetadata {
    /// A larger certificate, or one with more values, is not parsed for a log line.
    private static let parsedBytes = 16 * 1024
    private static let parsedValues = 1_024

    /// Adds the names of the client's certificate. If it cannot be parsed, or would cost too much, only its SHA-256.
    ///
    /// - Parameters:
    ///   - failure: its path is preferred, because it needs no parsing.
    ///   - derEncoded: the client's certificate as presented; nil if there is none.
    func describing(leafOf failure: AuthenticationFailure, or derEncoded: [UInt8]?) -> LogMetadata {
        if let traced = failure.trace.attempts.first?.certificates.first { return describing(traced) }
        guard let derEncoded else { return self }
        let isSmall =
            derEncoded.count <= Self.parsedBytes
            && CertificateOutline.valueCount(of: derEncoded, limit: Self.parsedValues) <= Self.parsedValues
        if isSmall, let certificate = try? Certificate(derEncoded: derEncoded) {
            return describing(TracedCertificate(certificate, isLeaf: true))
        }
        return with(.sha256, try? Certificate.digest(of: derEncoded))
    }
}
