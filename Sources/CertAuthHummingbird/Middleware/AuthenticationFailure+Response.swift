// SPDX-License-Identifier: Apache-2.0
// Failures that route handlers throw.

#if Hummingbird
public import CertAuth
public import HTTPTypes
public import Hummingbird

/// A failure that a route handler throws is the request's answer: a problem document with its code, 403, or 401 with
/// `WWW-Authenticate` for an access token that is not bound to the client's certificate.
extension AuthenticationFailure: HTTPResponseError {
    /// The answer's status.
    public var status: HTTPResponse.Status { ClientCertificateRefusal(self).status }

    /// The problem document; the failure is logged and counted.
    public func response(from request: Request, context: some RequestContext) -> Response {
        ClientCertificateRefusal(self).response(from: request, context: context)
    }
}
#endif
