// SPDX-License-Identifier: Apache-2.0

public import CertAuth
import CertAuthOpenSSL

/// A certificate with its private key and its chain.
public struct TestIdentity: Sendable {
    /// The certificate.
    public let certificateDER: [UInt8]
    /// Its private key.
    public let key: TestKey
    /// The certificates above it, nearest first, without the root.
    public let issuers: [[UInt8]]
    /// The root's certificate, or the certificate itself if it is self-signed.
    public let anchorDER: [UInt8]
    /// The contents octets of the serial number.
    public let serialNumber: [UInt8]

    /// Creates an identity from an existing certificate.
    ///
    /// - Parameters:
    ///   - issuers: the certificates above it, nearest first, without the root.
    ///   - serialNumber: the contents octets of the certificate's serial number.
    package init(
        certificateDER: [UInt8],
        key: TestKey,
        issuers: [[UInt8]],
        anchorDER: [UInt8],
        serialNumber: [UInt8]
    ) {
        self.certificateDER = certificateDER
        self.key = key
        self.issuers = issuers
        self.anchorDER = anchorDER
        self.serialNumber = serialNumber
    }

    /// Creates a self-signed certificate that is valid for a year, starting an hour ago.
    ///
    /// - Parameters:
    ///   - profile: the purpose or defect of the certificate.
    ///   - key: the certificate's key; nil generates a P-256 key.
    ///   - customize: changes any field before the certificate is signed.
    public static func selfSigned(
        _ commonName: String,
        _ profile: LeafProfile = .client,
        key: TestKey? = nil,
        clock: VerificationClock = .system,
        _ customize: (inout CertificateTemplate) throws -> Void = { _ in }
    ) throws -> TestIdentity {
        let key = try key ?? TestKey.generate()
        let name = NameTemplate(commonName: commonName)
        var template = try TestAuthority.leafTemplate(name, issuer: name, key: key, clock: clock)
        profile.apply(to: &template, now: clock.now())
        try customize(&template)
        let certificateDER = try template.signed(by: key)
        return TestIdentity(
            certificateDER: certificateDER,
            key: key,
            issuers: [],
            anchorDER: certificateDER,
            serialNumber: template.serialNumber
        )
    }

    /// The parsed certificate; throws if it was made unreadable.
    public var certificate: Certificate {
        get throws { try Certificate(derEncoded: certificateDER) }
    }

    /// The chain to present in a handshake: leaf first, then the intermediates, without the root.
    public var chain: [[UInt8]] { [certificateDER] + issuers }

    /// Returns the certificate as PEM.
    public func certificatePEM() throws -> String {
        try PEMBlock(label: "CERTIFICATE", contents: certificateDER).text()
    }

    /// Returns the presented chain as PEM, leaf first.
    public func chainPEM() throws -> String {
        try chain.map { try PEMBlock(label: "CERTIFICATE", contents: $0).text() }.joined()
    }

    /// Returns the root's certificate as PEM.
    public func anchorPEM() throws -> String { try PEMBlock(label: "CERTIFICATE", contents: anchorDER).text() }

    /// Returns the private key as PKCS #8 PEM, encrypted if a password is given.
    public func privateKeyPEM(password: String? = nil) throws -> String { try key.pem(password: password) }

    /// Returns key and chain as a PKCS #12 file.
    ///
    /// - Parameters:
    ///   - friendlyName: the name that importing programs show.
    ///   - legacy: uses triple DES and SHA-1, for importing programs without AES support.
    public func pkcs12(password: String, friendlyName: String? = nil, legacy: Bool = false) throws -> [UInt8] {
        try PKCS12File.encode(
            key: key.handle,
            certificate: X509Certificate(der: certificateDER),
            authorities: issuers.map { try X509Certificate(der: $0) },
            friendlyName: friendlyName,
            password: password,
            legacy: legacy
        )
    }
}
