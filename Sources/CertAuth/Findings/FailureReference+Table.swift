// SPDX-License-Identifier: Apache-2.0

extension FailureReference {
    static func unknown(_ code: FailureCode) -> FailureReference {
        row(
            code,
            "The client certificate was refused.",
            "A code that the application defines.",
            "See the application's documentation.",
            nil
        )
    }

    /// A server cannot tell an unknown authority from one whose intermediate was not sent.
    private static let noAuthorityFound =
        "No accepted authority was found for the client certificate: another authority issued it, or its intermediates "
        + "were not sent."

    private static func row(
        _ code: FailureCode,
        _ sentence: String,
        _ cause: String,
        _ remedy: String,
        _ iis: String?,
        status: Int = 403,
        issuer: String? = nil
    ) -> FailureReference {
        FailureReference(
            code: code,
            publicSentence: sentence,
            issuerSentence: issuer,
            cause: cause,
            remedy: remedy,
            httpStatus: status,
            iisSubStatus: iis
        )
    }

    /// One row for each element of `FailureCode.all`, in the same order.
    package static let all: [FailureReference] = [
        row(
            .noCertificate,
            "A client certificate is required.",
            "The client has no certificate, or none that it believes the server would accept.",
            "Configure the client with certificate and key; check the CA names that the server sends.",
            "403.7"
        ),
        row(
            .notHTTPS,
            "This resource is available over TLS only.",
            "The connection does not use TLS, and no trusted proxy says that its client used TLS.",
            "Use https, or name the proxy that terminates TLS.",
            "403.4"
        ),
        row(
            .certificateTypeNotAllowed,
            "This kind of client certificate is not accepted.",
            "The certificate is self-signed, but only chained ones are allowed, or the reverse.",
            "Have a certificate issued by an accepted CA, or allow self-signed ones with pins.",
            "403.16"
        ),
        row(
            .malformed,
            "The client certificate is malformed.",
            "The certificate, or another one that the client sent, violates DER or RFC 5280.",
            "Issue it again; `certauth inspect` shows the first violation and its offset.",
            "403.16",
            issuer: "A certificate of an issuer in the chain of the client certificate is malformed."
        ),
        row(
            .untrusted,
            noAuthorityFound,
            "No path from the certificate ends at a trust anchor: another CA issued it, or an intermediate is missing.",
            "Trust the CA, or have the client send its intermediates, or configure them on the server.",
            "403.16"
        ),
        row(
            .partialChain,
            noAuthorityFound,
            "The client sent intermediates, but the issuer of the last one is neither sent nor trusted: an intermediate is "
                + "missing, or the issuer is the root of another CA, which clients need not send.",
            "Have the client send all intermediates, or configure the missing one on the server; if another CA issued it, "
                + "trust that CA.",
            "403.16"
        ),
        row(
            .badSignature,
            "A signature in the client certificate's chain does not verify.",
            "A certificate was altered, or another key has the issuer's name.",
            "Issue it again; look for two CAs with the same name.",
            "403.16"
        ),
        row(
            .expired,
            "The client certificate has expired.",
            "The certificate, or another one in its chain, is past its notAfter.",
            "Renew it; the message names the certificate and the dates.",
            "403.17",
            issuer: "A certificate of an issuer in the chain of the client certificate has expired."
        ),
        row(
            .notYetValid,
            "The client certificate is not valid yet.",
            "The certificate, or another one in its chain, is before its notBefore.",
            "Wait, or compare the clocks of issuer and server.",
            "403.17",
            issuer: "A certificate of an issuer in the chain of the client certificate is not valid yet."
        ),
        row(
            .wrongUsage,
            "The client certificate is not meant for client authentication.",
            "extendedKeyUsage without clientAuth somewhere on the path, or keyUsage without digitalSignature.",
            "Issue it with extendedKeyUsage clientAuth and keyUsage digitalSignature.",
            "403.16",
            issuer: "A certificate of an issuer in the chain is not meant for issuing client certificates."
        ),
        row(
            .notACertificateAuthority,
            "The client certificate is not issued by a certification authority.",
            "A certificate on the path has no basicConstraints with CA true, or no keyCertSign.",
            "Issue the intermediate as a CA certificate.",
            "403.16"
        ),
        row(
            .pathTooLong,
            "The chain of the client certificate is longer than permitted.",
            "A pathLenConstraint, or the policy's own limit, permits fewer intermediates.",
            "Issue from a higher CA, or raise the limit.",
            "403.16"
        ),
        row(
            .nameNotPermitted,
            "The client certificate has a name that its issuer is not permitted to certify.",
            "A name in the certificate is outside the name constraints of a CA above it.",
            "Issue it with a permitted name.",
            "403.16"
        ),
        row(
            .criticalExtension,
            "The client certificate has a critical extension that the server does not support.",
            "A certificate on the path has a critical extension that is not processed.",
            "Issue it without that extension, or not marked critical.",
            "403.16",
            issuer: "A certificate of an issuer in the chain has a critical extension that the server does not support."
        ),
        row(
            .policy,
            "The client certificate does not meet the required certificate policies.",
            "The policies, mappings or policy constraints of the path leave no acceptable policy.",
            "Issue it under a policy that the server requires.",
            "403.16"
        ),
        row(
            .weakKey,
            "A key in the client certificate's chain is not accepted.",
            "An RSA key below 2048 or above 8192 bits or with an invalid exponent, a DSA key, a curve other than "
                + "P-256, P-384 and P-521 or one that is not named, an Edwards point of small order.",
            "Issue it with an accepted key.",
            "403.16"
        ),
        row(
            .weakSignature,
            "A signature in the client certificate's chain uses an algorithm that is not accepted.",
            "SHA-1, MD5 or another algorithm below 112 bits of strength.",
            "Issue it with SHA-256 or better.",
            "403.16"
        ),
        row(
            .revoked,
            "The client certificate has been revoked.",
            "Its issuer, or that of an intermediate, lists it as revoked.",
            "Issue a new one; the evidence names the list and the date.",
            "403.13",
            issuer: "A certificate of an issuer in the chain of the client certificate has been revoked."
        ),
        row(
            .revocationUnknown,
            "The server could not determine whether the client certificate is revoked.",
            "No CRL that covers it is available or could be fetched, or it is stale.",
            "Provide a current CRL of the issuer, or choose suitable revocation options; the message names the issuer.",
            "403.13",
            issuer: "The server could not determine whether an issuer in the client certificate's chain is revoked."
        ),
        row(
            .limitExceeded,
            "The chain of the client certificate exceeds the server's limits.",
            "Too many or too large certificates, or too much work to find a path.",
            "Send leaf and intermediates only; the message names the limit.",
            nil
        ),
        row(
            .rejectedByHandler,
            "The server's own rules do not accept this client.",
            "A rule of the application refused the client, or a hook threw or exceeded its deadline.",
            "See the application's reason in the log.",
            "403.1"
        ),
        row(
            .identityNotMapped,
            "The client certificate is valid, but its holder is not known here.",
            "No identity rule leads from the certificate to a user, or a required rule does not.",
            "The message contains the identifier: add it to the user, or issue a certificate that names the user.",
            "403.1"
        ),
        row(
            .identityAmbiguous,
            "The client certificate is valid, but does not identify its holder uniquely.",
            "The identity rules lead to several users, or two users have the same identifier.",
            "The message names users and identifiers: remove the wrong one.",
            "403.1"
        ),
        row(
            .notAuthorized,
            "The holder of the client certificate may not use this resource.",
            "The certificate is valid and its holder is known, but the route's authorization policy denies it.",
            "The message names the policy: give the holder what it requires, or change the policy.",
            "403.1"
        ),
        row(
            .tokenNotBound,
            "The access token is not bound to a client certificate.",
            "The token has no confirmation x5t#S256 (RFC 8705), or one that is not a SHA-256 digest.",
            "Have the authorization server issue certificate-bound tokens.",
            nil,
            status: 401
        ),
        row(
            .tokenBindingMismatch,
            "The access token is bound to another client certificate.",
            "The token was issued to the holder of another certificate, or to this one before its renewal.",
            "Present the certificate with which the token was requested, or request a new token.",
            nil,
            status: 401
        ),
        row(
            .forwardingUntrusted,
            "The client certificate was not forwarded by a trusted proxy.",
            "A forwarding header came from a peer that is not a trusted proxy, together with another certificate, "
                + "or under another spelling of its name; or a trusted proxy did not say whether it verified; "
                + "or the peer's certificate is that of proxies of two dialects.",
            "Name the proxy in the configuration, and have it replace the header and delete other spellings; "
                + "the message names the header.",
            nil
        ),
        row(
            .notVerifiedByProxy,
            "The proxy did not verify the client certificate.",
            "The trusted proxy says that the certificate failed its verification, or that it was not verified.",
            "See the verdict in the message: renew the certificate, or compare the authorities that the proxy trusts.",
            nil
        ),
        row(
            .forwardedScheme,
            "The server could not determine whether the request came over HTTPS.",
            "The trusted proxy's header for the scheme has a value other than http, https, ws or wss, a list, or two lines.",
            "Have the proxy replace the header, not append to it; the message names the header and its value.",
            nil
        ),
        row(
            .keyNotProven,
            "The server could not check the client certificate.",
            "The application asks for a principal for a chain of source offline: nothing proves that the client holds"
                + " the key.",
            "Pass the source .tls only for a chain that a handshake has verified; to validate a file, use validate.",
            nil
        ),
        row(
            .internalError,
            "The server could not check the client certificate.",
            "A hook threw, or OpenSSL reported a condition that CertAuth does not know.",
            "The log contains the cause; report it unless the application caused it.",
            nil
        ),
    ]
}
