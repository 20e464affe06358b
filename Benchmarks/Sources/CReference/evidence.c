// SPDX-License-Identifier: Apache-2.0
// Revocation and PEM with libcrypto alone.
#include "evidence.h"

#include <openssl/bio.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

void *certauth_list_new(const uint8_t *der, size_t length) { return d2i_X509_CRL(NULL, &der, (long)length); }

void certauth_list_free(void *list) { X509_CRL_free(list); }

int certauth_list_holds(void *list, const uint8_t *serial, size_t length) {
    X509_REVOKED *entry = NULL;
    BIGNUM *number = BN_bin2bn(serial, (int)length, NULL);
    ASN1_INTEGER *integer = BN_to_ASN1_INTEGER(number, NULL);
    int found = integer != NULL && X509_CRL_get0_by_serial(list, &entry, integer) == 1;
    ASN1_INTEGER_free(integer);
    BN_free(number);
    return found;
}

int certauth_response_verify(const uint8_t *der, size_t length, void *issuer) {
    OCSP_RESPONSE *response = d2i_OCSP_RESPONSE(NULL, &der, (long)length);
    OCSP_BASICRESP *basic = response == NULL ? NULL : OCSP_response_get1_basic(response);
    STACK_OF(X509) *issuers = sk_X509_new_null();
    X509_STORE *store = X509_STORE_new();
    sk_X509_push(issuers, issuer);
    X509_STORE_add_cert(store, issuer);
    X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
    int verifies = basic != NULL && OCSP_basic_verify(basic, issuers, store, 0) == 1;
    X509_STORE_free(store);
    sk_X509_free(issuers);
    OCSP_BASICRESP_free(basic);
    OCSP_RESPONSE_free(response);
    return verifies;
}

void *certauth_issuer_new(const uint8_t *der, size_t length) { return d2i_X509(NULL, &der, (long)length); }

size_t certauth_pem_read(const char *text, size_t length) {
    char *name = NULL, *header = NULL;
    unsigned char *der = NULL;
    long count = 0;
    BIO *source = BIO_new_mem_buf(text, (int)length);
    int status = PEM_read_bio(source, &name, &header, &der, &count);
    BIO_free(source);
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_free(der);
    return status == 1 ? (size_t)count : 0;
}
