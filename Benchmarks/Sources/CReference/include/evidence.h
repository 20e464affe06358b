// SPDX-License-Identifier: Apache-2.0
// CRLs, OCSP responses and PEM with libcrypto alone.
#ifndef CERTAUTH_BENCHMARKS_EVIDENCE_H
#define CERTAUTH_BENCHMARKS_EVIDENCE_H

#include <stddef.h>
#include <stdint.h>

/* d2i_X509_CRL; NULL on failure. */
void *certauth_list_new(const uint8_t *der, size_t length);
void certauth_list_free(void *list);
/* X509_CRL_get0_by_serial; 1 if the certificate is on the list. */
int certauth_list_holds(void *list, const uint8_t *serial, size_t length);

/* d2i_OCSP_RESPONSE and OCSP_basic_verify with the issuer as the only trusted certificate; 1 if the response verifies. */
int certauth_response_verify(const uint8_t *der, size_t length, void *issuer);
/* A certificate for that, never freed. */
void *certauth_issuer_new(const uint8_t *der, size_t length);

/* PEM_read_bio, the DER alone; returns its length, 0 on failure. */
size_t certauth_pem_read(const char *text, size_t length);

#endif
