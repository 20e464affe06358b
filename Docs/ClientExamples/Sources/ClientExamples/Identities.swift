// SPDX-License-Identifier: Apache-2.0
// HTTP clients that present a certificate.

// snippet of Clients.md
import AsyncHTTPClient
import NIOSSL

/// A client that proves itself by a certificate. Make one for each identity, keep it, and shut it down at the end.
public func makeClient(certificate: String, key: String, serverRoot: String) throws -> HTTPClient {
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.certificateChain = try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) }
    tls.privateKey = .privateKey(try NIOSSLPrivateKey(file: key, format: .pem))
    tls.trustRoots = .file(serverRoot)
    return HTTPClient(configuration: HTTPClient.Configuration(tlsConfiguration: tls))
}
// end of snippet

// snippet of Clients.md
/// The same from a PKCS #12 file (.pfx, .p12).
public func makeClient(pkcs12: String, password: String, serverRoot: String) throws -> HTTPClient {
    let bundle = try NIOSSLPKCS12Bundle(file: pkcs12, passphrase: Array(password.utf8))
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.certificateChain = bundle.certificateChain.map { .certificate($0) }
    tls.privateKey = .privateKey(bundle.privateKey)
    tls.trustRoots = .file(serverRoot)
    return HTTPClient(configuration: HTTPClient.Configuration(tlsConfiguration: tls))
}
// end of snippet

/// A client without a certificate.
public func makeAnonymousClient(serverRoot: String) -> HTTPClient {
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.trustRoots = .file(serverRoot)
    return HTTPClient(configuration: HTTPClient.Configuration(tlsConfiguration: tls))
}
