// SPDX-License-Identifier: Apache-2.0

import CertAuthOpenSSL
package import NIOCore

extension IOError {
    /// The system's text for the error, without the name of the call.
    package var systemText: String { SystemError(code: errnoCode).text }
}
