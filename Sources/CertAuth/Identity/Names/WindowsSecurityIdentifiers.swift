// SPDX-License-Identifier: Apache-2.0

/// The Windows account that a certificate names, and where it names it.
struct WindowsSecurityIdentifiers {
    /// The account in the extension; nil without the extension.
    let inExtension: WindowsSecurityIdentifier?
    /// The account in a URI; nil without such a URI.
    let inURI: WindowsSecurityIdentifier?

    /// - Throws: `identity-not-mapped` for a malformed identifier, and for two different ones.
    init(_ certificate: Certificate) throws(Finding) {
        let uris: [WindowsSecurityIdentifier]
        do throws(DERError) {
            inExtension = try WindowsSecurityIdentifier.inExtension(of: certificate)
        } catch {
            throw Finding(.identityNotMapped, at: 0, "\(certificate): the SID extension is malformed: \(error)")
        }
        do throws(DERError) {
            uris = try WindowsSecurityIdentifier.inURIs(of: certificate)
        } catch {
            throw Finding(.identityNotMapped, at: 0, "\(certificate): the SID in a URI is malformed: \(error)")
        }
        inURI = uris.first
        let all = Set(uris + (inExtension.map { [$0] } ?? []))
        guard all.count <= 1 else {
            let text = "\(certificate): it names \(all.count) Windows accounts, expected one"
            throw Finding(.identityNotMapped, at: 0, text)
        }
    }
}
