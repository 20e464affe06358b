// SPDX-License-Identifier: Apache-2.0
// Makes a request's header fields readable for a tracer.

package import CertAuth
package import HTTPTypes

extension TraceFields {
    /// The header fields of a request.
    package init(_ head: HTTPRequest) {
        self.init { name in HTTPField.Name(name).flatMap { head.headerFields[$0] } }
    }
}
