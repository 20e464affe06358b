// SPDX-License-Identifier: Apache-2.0
// OpenSSL as Swift sees it: the headers, and one inline function for each macro that Swift cannot import.
#ifndef CERTAUTH_COPENSSL_SHIM_H
#define CERTAUTH_COPENSSL_SHIM_H

#include <openssl/opensslv.h>
#if OPENSSL_VERSION_NUMBER < 0x30000000L
#error "CertAuth needs OpenSSL 3.0 or newer: install libssl-dev (Debian, Ubuntu), openssl-devel (Fedora) or openssl@3 (Homebrew)"
#endif

#include "shim_crypto.h"
#include "shim_x509.h"
#include "shim_ssl.h"

#endif
