// SPDX-License-Identifier: Apache-2.0
// The modules whose types an application needs to create a server, so that one import is enough.

#if Hummingbird
@_exported public import CertAuth
@_exported public import CertAuthTLS
#endif
