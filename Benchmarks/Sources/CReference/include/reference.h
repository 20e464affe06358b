// SPDX-License-Identifier: Apache-2.0
// The same work with libcrypto alone, in C.
#ifndef CERTAUTH_BENCHMARKS_REFERENCE_H
#define CERTAUTH_BENCHMARKS_REFERENCE_H

#include <stddef.h>
#include <stdint.h>

/* One root, one intermediate, and a store with the root. */
typedef struct certauth_reference certauth_reference;

certauth_reference *certauth_reference_new(
    const uint8_t *root, size_t root_length, const uint8_t *intermediate, size_t intermediate_length);
void certauth_reference_free(certauth_reference *reference);

/* d2i_X509 of leaf and intermediate, X509_verify_cert for TLS clients. 1 accepted, 0 refused or failed. */
int certauth_reference_validate(certauth_reference *reference, const uint8_t *leaf, size_t length);
/* The same with the intermediate parsed before. */
int certauth_reference_validate_warm(certauth_reference *reference, const uint8_t *leaf, size_t length);
/* One signature check: X509_verify of a leaf parsed before by `certauth_reference_prepare`. */
int certauth_reference_prepare(certauth_reference *reference, const uint8_t *leaf, size_t length);
int certauth_reference_signature(certauth_reference *reference);

/* SHA-256 by an algorithm fetched once, then a look-up in a hash table: the floor of a verdict cache. */
int certauth_reference_remember(certauth_reference *reference, const uint8_t *leaf, size_t length);
int certauth_reference_look_up(certauth_reference *reference, const uint8_t *leaf, size_t length);
/* The same with the presented issuer in the key: SHA-256 of both certificates, and of both digests. */
int certauth_reference_look_up_chain(certauth_reference *reference, const uint8_t *leaf, size_t length);

/* OpenSSL's version text. */
const char *certauth_reference_version(void);

#endif
