// SPDX-License-Identifier: Apache-2.0
// The Guide's example of a reload.

// snippet of Guide.md
import CertAuth
import CertAuthHTTP

/// An authenticator with trust anchors and CRLs from files, and the service that loads them again when they change.
func makeReloadingAuthenticator(
    pki: String,
    interval: Duration = .seconds(2)
) throws -> (CertificateAuthenticator, FileWatchService) {
    let anchors = try TrustSource(files: ["\(pki)/root.pem"])
    let lists = try CertificateRevocationList.load(file: "\(pki)/crls.pem")
    let authenticator = try CertificateAuthenticator(
        options: CertificateAuthenticationOptions(trust: .reloadable(anchors)),
        revocationEvidence: RevocationEvidence(revocationLists: lists)
    )
    let load: @Sendable () throws -> Void = {
        let lists = try CertificateRevocationList.load(file: "\(pki)/crls.pem")
        if case .keptLastGood(_, let error) = anchors.reload() { throw error }
        authenticator.revocationEvidence = RevocationEvidence(revocationLists: lists)
    }
    let watch = FileWatchService(paths: ["\(pki)/root.pem", "\(pki)/crls.pem"], interval: interval, reload: load)
    try load()  // The files may have changed before the service began to watch them.
    return (authenticator, watch)
}
// end of snippet
