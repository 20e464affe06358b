// SPDX-License-Identifier: Apache-2.0

extension UnverifiedDialect {
    /// RFC 9440: `Client-Cert` and `Client-Cert-Chain`.
    public static func rfc9440(
        certificate: String = "Client-Cert",
        chain: String = "Client-Cert-Chain"
    ) -> UnverifiedDialect {
        UnverifiedDialect(.rfc9440("rfc9440", certificate: certificate, chain: chain))
    }

    /// nginx with `ssl_verify_client optional_no_ca`: `$ssl_client_escaped_cert`. Its verdict is not read.
    public static func nginxPassthrough(
        certificate: String = "X-SSL-Client-Cert",
        verdict: String = "X-SSL-Client-Verify"
    ) -> UnverifiedDialect {
        UnverifiedDialect(.single("nginx-passthrough", certificate, .percentEncodedPEM, others: [verdict]))
    }

    /// Envoy: the last element of `x-forwarded-client-cert`, which must contain Hash and Cert.
    public static func envoy(header: String = "x-forwarded-client-cert") -> UnverifiedDialect {
        UnverifiedDialect(.xfcc("envoy", header: header))
    }

    /// Istio's gateways and sidecars: like Envoy, with `set_current_client_cert_details: cert` enabled.
    public static func istio(header: String = "x-forwarded-client-cert") -> UnverifiedDialect {
        UnverifiedDialect(.xfcc("istio", header: header))
    }

    /// Traefik's `passTLSClientCert` with `pem: true`: base64 of the DER of the whole chain, separated by commas.
    public static func traefik(header: String = "X-Forwarded-Tls-Client-Cert") -> UnverifiedDialect {
        UnverifiedDialect(.chain("traefik", header, .base64DERList, others: ["X-Forwarded-Tls-Client-Cert-Info"]))
    }

    /// Caddy: `certificate_der_base64` and `fingerprint`.
    public static func caddy(
        certificate: String = "X-Client-Cert",
        fingerprint: String = "X-Client-Cert-Fingerprint"
    ) -> UnverifiedDialect {
        UnverifiedDialect(.caddy(certificate: certificate, fingerprint: fingerprint))
    }

    /// ASP.NET Core's default: base64 of the DER in `X-Client-Cert`.
    public static func aspnet(header: String = "X-Client-Cert") -> UnverifiedDialect {
        UnverifiedDialect(.single("aspnet", header, .base64DER))
    }

    /// A dialect with custom headers and encoding.
    ///
    /// - Parameters:
    ///   - name: the dialect's name in errors, logs and cache keys.
    ///   - chain: a second header with the issuers, in the same encoding.
    public static func custom(
        name: String = "custom",
        certificate: String,
        encoding: CertificateEncoding,
        chain: String? = nil
    ) -> UnverifiedDialect {
        let headers = [certificate] + (chain.map { [$0] } ?? [])
        return UnverifiedDialect(
            DialectDefinition(name: name, headers: headers) { (fields) throws(ForwardingError) in
                guard let chain else {
                    let all = try fields.certificates(certificate, encoding)
                    return all.isEmpty ? nil : all
                }
                let issuers = try fields.certificates(chain, encoding)
                guard let leaf = try fields.certificate(certificate, encoding) else {
                    guard issuers.isEmpty else { throw fields.malformed(chain, "set, though \(certificate) is not") }
                    return nil
                }
                return fields.joined(leaf, issuers)
            }
        )
    }

    /// A dialect with one header and a custom decoder.
    ///
    /// - Parameter decode: returns the DER certificates, the end-entity certificate first; an empty list means that
    ///   there is none. Any error refuses the client as `malformed`. The limits apply to the returned certificates.
    public static func custom(
        name: String = "custom",
        header: String,
        decode: @escaping @Sendable (String) throws -> [[UInt8]]
    ) -> UnverifiedDialect {
        UnverifiedDialect(
            DialectDefinition(name: name, headers: [header]) { (fields) throws(ForwardingError) in
                guard let text = fields.text(header) else { return nil }
                do {
                    let found = try decode(text)
                    return found.isEmpty ? nil : try DERSequence.checked(found, fields.limits)
                } catch let fault as DecodingFault {
                    throw fields.error(fault.code, header, fault.position, fault.reason)
                } catch {
                    throw fields.malformed(header, DisplayText.escaped("\(error)"))
                }
            }
        )
    }
}
