// SPDX-License-Identifier: Apache-2.0

internal import CertAuthOpenSSL

/// Extracts the certificate from a header's last element, after checking that no element was injected.
///
/// Envoy writes URI and DNS unquoted and unescaped. So a certificate with a comma or semicolon in such a name injects
/// keys and whole elements. The values of these keys must therefore equal the names in the DER of the element's Cert.
/// An injected element always leaves another element whose names are cut short.
struct XFCCIdentity {
    let dialect: String
    let header: String
    let limits: ForwardingLimits

    /// The certificates of the last element, the end-entity certificate first; nil if there is no element.
    func certificates(_ elements: [XFCCElement]) throws(ForwardingError) -> [[UInt8]]? {
        guard let last = elements.last else { return nil }
        for (number, element) in elements.enumerated() { try checkNames(of: element, number) }
        return try certificates(of: last, number: elements.count - 1)
    }

    private func certificates(of element: XFCCElement, number: Int) throws(ForwardingError) -> [[UInt8]] {
        guard let leaf = try leaf(of: element, number) else {
            throw refused("element \(number) has no Cert: have the proxy send it, names alone are never an identity")
        }
        guard let claimed = element.value(.hash) else { throw refused("element \(number) has a Cert without Hash") }
        guard claimed.lowercased() == Hexadecimal.text(try digest(leaf)) else {
            throw refused("element \(number): Hash is not the SHA-256 of Cert")
        }
        guard let text = element.value(.chain) else { return [leaf] }
        let chain = try decoded(text, "Chain", number, limits)
        guard chain.first == leaf else { throw refused("element \(number): Chain does not begin with Cert") }
        return chain
    }

    private func leaf(of element: XFCCElement, _ number: Int) throws(ForwardingError) -> [UInt8]? {
        guard let text = element.value(.certificate) else { return nil }
        var single = limits
        single.certificates = 1
        return try decoded(text, "Cert", number, single).first
    }

    private func checkNames(of element: XFCCElement, _ number: Int) throws(ForwardingError) {
        let uris = element.values(.uri) + element.values(.legacyName)
        let hosts = element.values(.dns)
        guard !uris.isEmpty || !hosts.isEmpty else { return }
        guard let leaf = try leaf(of: element, number) else {
            throw refused("element \(number) has URI or DNS without Cert, which alone could prove them")
        }
        let names: [GeneralName]
        do throws(CertificateError) {
            // Uses only our own parser, because the certificate's limits have not been checked yet.
            names = try CertificateFields(derEncoded: leaf).known.subjectAlternativeNames
        } catch {
            throw refused("element \(number): \(error)")
        }
        let ownURIs = names.compactMap { if case .uri(let text) = $0 { text } else { nil } }
        let ownHosts = names.compactMap { if case .dns(let text) = $0 { text } else { nil } }
        // Envoy writes the key with an empty value if the certificate has no such name.
        guard uris.isEmpty || uris == (ownURIs.isEmpty ? [""] : ownURIs) else {
            throw refused("element \(number): URI is not what Cert says")
        }
        guard hosts.isEmpty || hosts == (ownHosts.isEmpty ? [""] : ownHosts) else {
            throw refused("element \(number): DNS is not what Cert says")
        }
    }

    private func decoded(
        _ text: String,
        _ key: String,
        _ number: Int,
        _ limits: ForwardingLimits
    ) throws(ForwardingError) -> [[UInt8]] {
        do throws(DecodingFault) {
            return try CertificateEncoding.percentEncodedPEM.certificates(text, limits)
        } catch {
            let place = "element \(number), \(key)\(error.position.map { " byte \($0)" } ?? "")"
            throw ForwardingError(error.code, dialect: dialect, header: header, "\(place): \(error.reason)")
        }
    }

    private func digest(_ bytes: [UInt8]) throws(ForwardingError) -> [UInt8] {
        do throws(OpenSSLError) {
            return try DigestAlgorithm.sha256.digest(bytes)
        } catch {
            throw ForwardingError(.internalError, dialect: dialect, header: header, "\(error)")
        }
    }

    private func refused(_ reason: String) -> ForwardingError {
        ForwardingError(.malformed, dialect: dialect, header: header, reason)
    }
}
