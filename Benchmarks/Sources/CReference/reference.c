// SPDX-License-Identifier: Apache-2.0
// Loops of libcrypto calls. Errors are handled only so far that a failure is not measured as success.
#include "reference.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

enum { TABLE_SLOTS = 1 << 15, DIGEST_LENGTH = 32 };

struct certauth_reference {
    X509_STORE *store;
    X509 *intermediate;
    X509 *prepared;
    uint8_t *intermediate_der;
    size_t intermediate_length;
    EVP_MD *sha256;
    EVP_MD_CTX *hasher;
    uint8_t (*table)[DIGEST_LENGTH];
};

static X509 *decode(const uint8_t *der, size_t length) {
    const unsigned char *cursor = der;
    return d2i_X509(NULL, &cursor, (long)length);
}

certauth_reference *certauth_reference_new(
    const uint8_t *root, size_t root_length, const uint8_t *intermediate, size_t intermediate_length) {
    certauth_reference *reference = calloc(1, sizeof *reference);
    if (reference == NULL) return NULL;
    X509 *anchor = decode(root, root_length);
    reference->store = X509_STORE_new();
    reference->intermediate = decode(intermediate, intermediate_length);
    reference->intermediate_der = malloc(intermediate_length);
    reference->intermediate_length = intermediate_length;
    reference->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    reference->hasher = EVP_MD_CTX_new();
    reference->table = calloc(TABLE_SLOTS, sizeof *reference->table);
    if (anchor == NULL || reference->store == NULL || reference->intermediate == NULL
        || reference->intermediate_der == NULL || reference->table == NULL
        || X509_STORE_add_cert(reference->store, anchor) != 1) {
        X509_free(anchor);
        certauth_reference_free(reference);
        return NULL;
    }
    memcpy(reference->intermediate_der, intermediate, intermediate_length);
    X509_free(anchor);
    return reference;
}

void certauth_reference_free(certauth_reference *reference) {
    if (reference == NULL) return;
    X509_STORE_free(reference->store);
    X509_free(reference->intermediate);
    X509_free(reference->prepared);
    EVP_MD_free(reference->sha256);
    EVP_MD_CTX_free(reference->hasher);
    free(reference->intermediate_der);
    free(reference->table);
    free(reference);
}

static int verify(certauth_reference *reference, X509 *leaf, X509 *intermediate) {
    STACK_OF(X509) *untrusted = sk_X509_new_null();
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    sk_X509_push(untrusted, intermediate);
    int accepted = X509_STORE_CTX_init(context, reference->store, leaf, untrusted);
    if (accepted == 1) {
        X509_STORE_CTX_set_purpose(context, X509_PURPOSE_SSL_CLIENT);
        accepted = X509_verify_cert(context);
    }
    X509_STORE_CTX_free(context);
    sk_X509_free(untrusted);
    return accepted == 1;
}

int certauth_reference_validate(certauth_reference *reference, const uint8_t *leaf, size_t length) {
    X509 *certificate = decode(leaf, length);
    X509 *intermediate = decode(reference->intermediate_der, reference->intermediate_length);
    int accepted = certificate != NULL && intermediate != NULL && verify(reference, certificate, intermediate);
    X509_free(certificate);
    X509_free(intermediate);
    return accepted;
}

int certauth_reference_validate_warm(certauth_reference *reference, const uint8_t *leaf, size_t length) {
    X509 *certificate = decode(leaf, length);
    int accepted = certificate != NULL && verify(reference, certificate, reference->intermediate);
    X509_free(certificate);
    return accepted;
}

int certauth_reference_prepare(certauth_reference *reference, const uint8_t *leaf, size_t length) {
    X509_free(reference->prepared);
    reference->prepared = decode(leaf, length);
    return reference->prepared != NULL;
}

int certauth_reference_signature(certauth_reference *reference) {
    return X509_verify(reference->prepared, X509_get0_pubkey(reference->intermediate)) == 1;
}

static int digest(certauth_reference *reference, const uint8_t *bytes, size_t length, uint8_t *output) {
    return EVP_DigestInit_ex2(reference->hasher, reference->sha256, NULL) == 1
        && EVP_DigestUpdate(reference->hasher, bytes, length) == 1
        && EVP_DigestFinal_ex(reference->hasher, output, NULL) == 1;
}

static uint8_t *slot(certauth_reference *reference, const uint8_t *key) {
    static const uint8_t empty[DIGEST_LENGTH];
    uint32_t position;
    memcpy(&position, key, sizeof position);
    for (;; position++) {
        uint8_t *entry = reference->table[position % TABLE_SLOTS];
        if (memcmp(entry, key, DIGEST_LENGTH) == 0 || memcmp(entry, empty, DIGEST_LENGTH) == 0) return entry;
    }
}

int certauth_reference_remember(certauth_reference *reference, const uint8_t *leaf, size_t length) {
    uint8_t key[DIGEST_LENGTH];
    if (!digest(reference, leaf, length, key)) return 0;
    memcpy(slot(reference, key), key, DIGEST_LENGTH);
    return 1;
}

int certauth_reference_look_up(certauth_reference *reference, const uint8_t *leaf, size_t length) {
    uint8_t key[DIGEST_LENGTH];
    return digest(reference, leaf, length, key) && slot(reference, key)[0] == key[0];
}

int certauth_reference_look_up_chain(certauth_reference *reference, const uint8_t *leaf, size_t length) {
    uint8_t keys[2][DIGEST_LENGTH], key[DIGEST_LENGTH];
    return digest(reference, leaf, length, keys[0])
        && digest(reference, reference->intermediate_der, reference->intermediate_length, keys[1])
        && digest(reference, keys[0], sizeof keys, key) && slot(reference, keys[0])[0] == keys[0][0];
}

const char *certauth_reference_version(void) { return OpenSSL_version(OPENSSL_VERSION); }
