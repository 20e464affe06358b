// SPDX-License-Identifier: Apache-2.0
// libcrypto without certificates: memory, errors, digests, keys, BIOs, PKCS #12.
#ifndef CERTAUTH_SHIM_CRYPTO_H
#define CERTAUTH_SHIM_CRYPTO_H

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/decoder.h>
#include <openssl/dsa.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <openssl/proverr.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

static inline void CA_OPENSSL_free(void *pointer) { OPENSSL_free(pointer); }
static inline int CA_ERR_GET_LIB(unsigned long code) { return ERR_GET_LIB(code); }
static inline int CA_ERR_GET_REASON(unsigned long code) { return ERR_GET_REASON(code); }
static inline size_t CA_BIO_get_mem_data(BIO *bio, const char **data) {
    char *start = NULL;
    long length = BIO_get_mem_data(bio, &start);
    *data = start;
    return length > 0 ? (size_t)length : 0;
}
/* Overwrites the bytes before freeing them: for secrets. */
static inline void CA_OPENSSL_clear_free(void *pointer, size_t length) { OPENSSL_clear_free(pointer, length); }

enum {
    CA_ERR_R_UNSUPPORTED = ERR_R_UNSUPPORTED,
    CA_ERR_R_FETCH_FAILED = ERR_R_FETCH_FAILED,
    CA_PKCS12_DEFAULT_ITER = PKCS12_DEFAULT_ITER
};

#endif
