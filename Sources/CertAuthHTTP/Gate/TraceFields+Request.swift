// SPDX-License-Identifier: Apache-2.0
// Lets a tracer read a request's header.

package import CertAuth
package import HTTPTypes

extension TraceFields {
    /// The fields of a request.
    package init(_ head: HTTPRequest) {
        self.init { name in HTTPField.Name(name).flatMap { head.headerFields[$0] } }
    }
}
