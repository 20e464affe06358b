// SPDX-License-Identifier: Apache-2.0

/// The explanation of a code that is not about a certificate.
package struct ProtocolReference: Sendable, Equatable {
    /// What the client receives.
    package let answer: String
    /// The usual cause, for operators.
    package let cause: String
    /// How to fix it.
    package let remedy: String
}

extension ProtocolCode {
    /// The explanation.
    package var reference: ProtocolReference {
        let (answer, cause, remedy) = row
        return ProtocolReference(answer: answer, cause: cause, remedy: remedy)
    }

    private var row: (String, String, String) {
        switch self {
        case .misdirectedRequest:
            (
                "421", "The request's host has another policy than the server name of the connection.",
                "Clients open another connection; give all names of one connection the same policy."
            )
        case .malformedRequest:
            (
                "400", "The request violates HTTP, or is not HTTP, for example PROXY protocol or TLS on a plain port.",
                "The log names them; correct the client or the load balancer."
            )
        case .headersTooLarge:
            (
                "431", "The request's header exceeds `limits.headerBytes`.",
                "Send less, or raise the limit."
            )
        case .bodyTooLarge:
            (
                "413", "The body exceeds `limits.bodyBytes`, or `delayedBodyBytes` before a late certificate.",
                "Send less, or raise the limit."
            )
        case .requestTimeout:
            ("408", "Header or body did not arrive in time.", "Check the client's network, or raise the time limits.")
        case .expectationUnknown:
            ("417", "The request has an `Expect` other than `100-continue`.", "Remove the field from the client.")
        case .methodNotServed:
            ("501", "The method is CONNECT, or TRACE, which is off by default.", "Use another method.")
        case .transferCodingUnknown:
            ("501", "The request has a transfer coding other than `chunked`.", "Send the body unencoded.")
        case .lateCertificateUnsupported:
            (
                "403", "The client cannot be asked on an open connection, or uses HTTP/2.",
                "Redirect it to a host in mode require (`certificateHost`)."
            )
        case .lateCertificatePipelined:
            (
                "403", "The client sent more before the answer to its request.",
                "Do not pipeline requests in mode delayed."
            )
        case .lateCertificatePending:
            ("403", "A request for a certificate is already pending on the connection.", "Report it with the log.")
        case .lateCertificateTimeout:
            (
                "403", "The client did not answer the request for its certificate in time.",
                "Try again; raise `lateCertificateTimeout`."
            )
        case .lateCertificateEnded:
            ("403", "The connection ended before the certificate was verified.", "Try again.")
        case .http2Protocol: ("GOAWAY", "The client violates HTTP/2.", "Update the client.")
        case .http2FlowControl: ("GOAWAY", "The client exceeds the flow-control window.", "Update the client.")
        case .http2FrameSize: ("GOAWAY", "A frame has an invalid size.", "Update the client.")
        case .http2Compression: ("GOAWAY", "A compressed header is invalid.", "Update the client.")
        case .http2Flood: ("GOAWAY", "The client sends too many frames that do nothing.", "It is probably an attack.")
        case .http2StreamClosed:
            (
                "GOAWAY", "A header came on a stream that its client had ended.",
                "Update the client."
            )
        case .http2Error: ("GOAWAY", "Another HTTP/2 error.", "The log contains the error's type.")
        case .headerTimeout: ("GOAWAY", "A header did not arrive in time over HTTP/2.", "Check the client's network.")
        case .connectionLimit:
            ("reset", "`limits.connections` connections are open.", "Raise the limit if the clients are legitimate.")
        case .proxyHeaderUntrusted:
            (
                "close", "The PROXY protocol is required, and the peer is not a named load balancer.",
                "Clients must connect to the load balancer; name its network in `proxyProtocol`."
            )
        case .proxyHeaderMalformed:
            (
                "close", "A named load balancer sent no header of the PROXY protocol, or a malformed one.",
                "Switch the PROXY protocol on in the load balancer; the log says what was found."
            )
        case .proxyHeaderTimeout:
            (
                "close", "A named load balancer did not send a whole header of the PROXY protocol in time.",
                "Switch the PROXY protocol on in the load balancer, or raise `headerTimeout`."
            )
        case .serverNameUnknown:
            (
                "unrecognized_name", "The ClientHello has no server name, or one without a policy.",
                "Use a name that the server serves, or configure the name."
            )
        case .tlsProtocol:
            (
                "an alert, or none",
                "The handshake failed: the client does not use TLS, does not trust the server, or "
                    + "has nothing in common with it.",
                "The log says what was found."
            )
        case .handshakeTimeout:
            ("close", "The handshake or the validation was not complete in time.", "Check the network and the hooks.")
        case .endedByPeer:
            (
                "none",
                "The client closed during the handshake. Browsers do so whenever they are asked for a certificate.",
                "None, unless a client complains."
            )
        case .truncated:
            ("none", "The connection closed without close_notify.", "None: it is not logged, and not counted.")
        case .plaintextBeforeFinished:
            ("close", "Data arrived between the request for a certificate and its answer.", "Update the client.")
        }
    }
}
