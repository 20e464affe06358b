// SPDX-License-Identifier: Apache-2.0
// libcrypto's certificates: typed stacks and the macros of X.509 and CRLs.
#ifndef CERTAUTH_SHIM_X509_H
#define CERTAUTH_SHIM_X509_H

#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

static inline STACK_OF(X509) *CA_sk_X509_new(void) { return sk_X509_new_null(); }
static inline int CA_sk_X509_push(STACK_OF(X509) *stack, X509 *certificate) { return sk_X509_push(stack, certificate); }
static inline int CA_sk_X509_num(const STACK_OF(X509) *stack) { return sk_X509_num(stack); }
static inline X509 *CA_sk_X509_value(const STACK_OF(X509) *stack, int index) { return sk_X509_value(stack, index); }
/* Frees the stack, not the certificates in it. */
static inline X509 *CA_sk_X509_pop(STACK_OF(X509) *stack) { return sk_X509_pop(stack); }
static inline void CA_sk_X509_free(STACK_OF(X509) *stack) { sk_X509_free(stack); }
static inline void CA_sk_X509_pop_free(STACK_OF(X509) *stack) { sk_X509_pop_free(stack, X509_free); }

static inline STACK_OF(X509_CRL) *CA_sk_X509_CRL_new(void) { return sk_X509_CRL_new_null(); }
static inline int CA_sk_X509_CRL_push(STACK_OF(X509_CRL) *stack, X509_CRL *crl) { return sk_X509_CRL_push(stack, crl); }
static inline void CA_sk_X509_CRL_free(STACK_OF(X509_CRL) *stack) { sk_X509_CRL_free(stack); }

static inline STACK_OF(X509_NAME) *CA_sk_X509_NAME_new(void) { return sk_X509_NAME_new_null(); }
static inline int CA_sk_X509_NAME_push(STACK_OF(X509_NAME) *stack, X509_NAME *name) {
    return sk_X509_NAME_push(stack, name);
}
static inline void CA_sk_X509_NAME_pop_free(STACK_OF(X509_NAME) *stack) { sk_X509_NAME_pop_free(stack, X509_NAME_free); }

static inline int CA_sk_X509_POLICY_NODE_num(const STACK_OF(X509_POLICY_NODE) *stack) {
    return sk_X509_POLICY_NODE_num(stack);
}
static inline const X509_POLICY_NODE *CA_sk_X509_POLICY_NODE_value(const STACK_OF(X509_POLICY_NODE) *stack, int index) {
    return sk_X509_POLICY_NODE_value(stack, index);
}

/* 1 when OpenSSL knows the extension's syntax and can't decode its value or finds bytes behind it, 0 otherwise. */
static inline int CA_X509_extension_is_malformed(X509_EXTENSION *extension) {
    const X509V3_EXT_METHOD *method = X509V3_EXT_get(extension);
    if (method == NULL) return 0;
    ASN1_OCTET_STRING *octets = X509_EXTENSION_get_data(extension);
    if (octets == NULL) return 1;
    const unsigned char *begin = ASN1_STRING_get0_data(octets);
    const unsigned char *cursor = begin;
    long length = ASN1_STRING_length(octets);
    void *value = method->it != NULL
        ? (void *)ASN1_item_d2i(NULL, &cursor, length, ASN1_ITEM_ptr(method->it))
        : method->d2i(NULL, &cursor, length);
    if (value == NULL) return 1;
    if (method->it != NULL) ASN1_item_free((ASN1_VALUE *)value, ASN1_ITEM_ptr(method->it));
    else method->ext_free(value);
    // X509V3_EXT_d2i does not look at what follows the value.
    return cursor != begin + length;
}

#endif
