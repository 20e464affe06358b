// SPDX-License-Identifier: Apache-2.0
// libssl: the control macros of SSL_CTX and SSL.
#ifndef CERTAUTH_SHIM_SSL_H
#define CERTAUTH_SHIM_SSL_H

#include <openssl/ssl.h>

#endif
