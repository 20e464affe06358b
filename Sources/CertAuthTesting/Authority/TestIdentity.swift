// SPDX-License-Identifier: Apache-2.0
// A certificate with its private key and the chain above it.

public import CertAuth
import CertAuthOpenSSL

/// Someone who can prove a certificate.
public struct TestIdentity: Sendable {
    /// The certificate.
    public let certificateDER: [UInt8]
    /// Its private key.
    public let key: TestKey
    /// The certificates above it, nearest first, without the root.
    public let issuers: [[UInt8]]
    /// The root's certificate; the certificate itself when it is self-signed.
    public let anchorDER: [UInt8]
    /// The contents octets of the serial number.
    public let serialNumber: [UInt8]

    /// Takes up a certificate that was made elsewhere.
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

    /// Makes a certificate signed with its own key, valid from an hour ago for a year.
    ///
    /// - Parameters:
    ///   - profile: what the certificate is for.
    ///   - key: nil makes a new P-256 key.
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

    /// The certificate, parsed; throws when it was made unreadable.
    public var certificate: Certificate {
        get throws { try Certificate(derEncoded: certificateDER) }
    }

    /// What is presented in a handshake: leaf first, then the intermediates, without the root.
    public var chain: [[UInt8]] { [certificateDER] + issuers }

    /// The certificate as PEM.
    public func certificatePEM() throws -> String {
        try PEMBlock(label: "CERTIFICATE", contents: certificateDER).text()
    }

    /// The presented chain as PEM, leaf first.
    public func chainPEM() throws -> String {
        try chain.map { try PEMBlock(label: "CERTIFICATE", contents: $0).text() }.joined()
    }

    /// The root's certificate as PEM.
    public func anchorPEM() throws -> String { try PEMBlock(label: "CERTIFICATE", contents: anchorDER).text() }

    /// The private key as PKCS #8 PEM, encrypted when a password is given.
    public func privateKeyPEM(password: String? = nil) throws -> String { try key.pem(password: password) }

    /// Key and chain as a PKCS #12 file.
    ///
    /// - Parameters:
    ///   - friendlyName: the name importers show.
    ///   - legacy: triple DES and SHA-1, for importers that do not know AES.
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
