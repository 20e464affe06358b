// SPDX-License-Identifier: Apache-2.0
// A built-in provider that stands before OpenSSL's default provider and shows only some of its algorithms.
//
// OpenSSL 3 walks all decoders and key managers of a library context for each public key it decodes, which costs more
// than checking a signature. The algorithms are those of the default provider, unchanged; only the list is shorter.
// The default provider is loaded into a context of its own, so that nothing changes in the process's default context.
#include "certauth_provider.h"

#include <openssl/core_dispatch.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <string.h>

enum { CAPACITY = 16 };

/* What our TLS servers encrypt with, and what the generator of random numbers needs. */
static const char *const tls_cipher_names[] = {
    "AES-256-GCM", "ChaCha20-Poly1305", "AES-128-GCM", "AES-256-CTR", "AES-192-CTR", "AES-128-CTR",
    "AES-256-ECB", "AES-192-ECB", "AES-128-ECB"};

/* The default provider whose algorithms are shown. */
static OSSL_PROVIDER *backing;
static OSSL_ALGORITHM key_managers[CAPACITY + 1];
static OSSL_ALGORITHM tls_key_managers[CAPACITY + 1];
static OSSL_ALGORITHM tls_ciphers[CAPACITY + 1];
static CRYPTO_ONCE backing_once = CRYPTO_ONCE_STATIC_INIT;

/* Whether `name` is one of the names, which are separated by colons. */
static int is_named(const OSSL_ALGORITHM *algorithm, const char *name) {
    size_t length = strlen(name);
    const char *position = algorithm->algorithm_names;
    while (position != NULL && *position != '\0') {
        if (strncmp(position, name, length) == 0 && (position[length] == '\0' || position[length] == ':')) return 1;
        position = strchr(position, ':');
        if (position != NULL) position++;
    }
    return 0;
}

static int decodes_public_keys(const OSSL_ALGORITHM *algorithm) {
    const char *properties = algorithm->property_definition;
    return properties != NULL && strstr(properties, "input=der") != NULL
        && strstr(properties, "structure=SubjectPublicKeyInfo") != NULL;
}

/* How many of the names the provider has; 0 where its answer may change. */
static int collect(
    OSSL_PROVIDER *provider, int operation, OSSL_ALGORITHM *kept, const char *const *names, size_t name_count) {
    int cannot_be_cached = 0, count = 0;
    const OSSL_ALGORITHM *all = OSSL_PROVIDER_query_operation(provider, operation, &cannot_be_cached);
    for (; all != NULL && all->algorithm_names != NULL && count < CAPACITY; all++) {
        for (size_t index = 0; index < name_count; index++) {
            if (!is_named(all, names[index])) continue;
            kept[count++] = *all;
            break;
        }
    }
    return cannot_be_cached ? 0 : count;
}

static void load_backing(void) {
    static const char *const names[] = {"RSA", "RSA-PSS", "EC", "ED25519", "ED448"};
    /* Keys of servers and clients, of the groups that our TLS servers agree on, and those that stand for key derivation. */
    static const char *const tls_names[] = {"RSA", "RSA-PSS", "EC", "ED25519", "ED448", "X25519", "X448", "HMAC", "HKDF",
        "TLS1-PRF", "ML-DSA-44", "ML-DSA-65", "ML-DSA-87"};
    const size_t cipher_count = sizeof tls_cipher_names / sizeof *tls_cipher_names;
    OSSL_LIB_CTX *context = OSSL_LIB_CTX_new();
    OSSL_PROVIDER *provider = context == NULL ? NULL : OSSL_PROVIDER_load(context, "default");
    if (provider == NULL) {
        OSSL_LIB_CTX_free(context);
        return;
    }
    if (collect(provider, OSSL_OP_KEYMGMT, key_managers, names, sizeof names / sizeof *names) > 0
        && collect(provider, OSSL_OP_KEYMGMT, tls_key_managers, tls_names, sizeof tls_names / sizeof *tls_names) > 0
        && collect(provider, OSSL_OP_CIPHER, tls_ciphers, tls_cipher_names, cipher_count) == (int)cipher_count) {
        backing = provider;
    }
}

/* The answer to a query: what is shown of decoders, key managers and ciphers; NULL for all of them. */
static const OSSL_ALGORITHM *algorithms(
    const OSSL_ALGORITHM *decoders, const OSSL_ALGORITHM *managers, const OSSL_ALGORITHM *ciphers, int operation,
    int *cannot_be_cached) {
    const OSSL_ALGORITHM *shown = operation == OSSL_OP_DECODER ? decoders
        : operation == OSSL_OP_KEYMGMT                         ? managers
        : operation == OSSL_OP_CIPHER                          ? ciphers
                                                               : NULL;
    if (shown == NULL) return OSSL_PROVIDER_query_operation(backing, operation, cannot_be_cached);
    *cannot_be_cached = 0;
    return shown;
}

static int capabilities(void *context, const char *capability, OSSL_CALLBACK *callback, void *argument) {
    (void)context;
    return OSSL_PROVIDER_get_capabilities(backing, capability, callback, argument);
}

/* OpenSSL passes the default provider's own context to everything, so each kind needs functions and tables by name. */
#define KIND(kind, managers, ciphers)                                                                                  \
    static OSSL_ALGORITHM kind##_decoders[CAPACITY + 1];                                                               \
    static const OSSL_ALGORITHM *kind##_query(void *context, int operation, int *cannot_be_cached) {                   \
        (void)context;                                                                                                 \
        return algorithms(kind##_decoders, managers, ciphers, operation, cannot_be_cached);                            \
    }                                                                                                                  \
    static const OSSL_DISPATCH kind##_functions[] = {                                                                  \
        {OSSL_FUNC_PROVIDER_QUERY_OPERATION, (void (*)(void))kind##_query},                                            \
        {OSSL_FUNC_PROVIDER_GET_CAPABILITIES, (void (*)(void))capabilities},                                           \
        {0, NULL}};                                                                                                    \
    static int kind##_init(                                                                                            \
        const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *in, const OSSL_DISPATCH **out, void **context) {          \
        (void)handle;                                                                                                  \
        (void)in;                                                                                                      \
        *out = kind##_functions;                                                                                       \
        *context = OSSL_PROVIDER_get0_provider_ctx(backing);                                                           \
        return 1;                                                                                                      \
    }

KIND(elliptic_curve, key_managers, NULL)
KIND(rsa, key_managers, NULL)
KIND(ed25519, key_managers, NULL)
/* OpenSSL looks through whatever an SSL_CTX has loaded when it decodes a key, ciphers included. */
KIND(tls, tls_key_managers, tls_ciphers)
KIND(none, NULL, NULL)

static int is_usual(OSSL_PROVIDER *provider, void *answer) {
    const char *name = OSSL_PROVIDER_get0_name(provider);
    if (name == NULL || (strcmp(name, "default") != 0 && strcmp(name, "base") != 0 && strcmp(name, "legacy") != 0)) {
        *(int *)answer = 0;
    }
    return 1;
}

/* Whether keys would be decoded by the default provider anyway: no other one is active, FIPS is not asked for. */
static int uses_default_provider(void) {
    int answer = 1;
    return OSSL_PROVIDER_available(NULL, "default") == 1 && OSSL_PROVIDER_do_all(NULL, is_usual, &answer) == 1
        && answer && EVP_default_properties_is_fips_enabled(NULL) == 0;
}

static int collect_decoders(OSSL_ALGORITHM *kept, int count, const char *name) {
    int cannot_be_cached = 0;
    const OSSL_ALGORITHM *all = OSSL_PROVIDER_query_operation(backing, OSSL_OP_DECODER, &cannot_be_cached);
    for (; all != NULL && all->algorithm_names != NULL && count < CAPACITY; all++) {
        if (is_named(all, name) && decodes_public_keys(all)) kept[count++] = *all;
    }
    return cannot_be_cached ? 0 : count;
}

static OSSL_LIB_CTX *with_provider(OSSL_provider_init_fn *init) {
    OSSL_LIB_CTX *context = OSSL_LIB_CTX_new();
    if (context == NULL) return NULL;
    if (OSSL_PROVIDER_add_builtin(context, "certauth", init) == 1 && OSSL_PROVIDER_load(context, "certauth") != NULL) {
        return context;
    }
    OSSL_LIB_CTX_free(context);
    return NULL;
}

static OSSL_LIB_CTX *make(OSSL_ALGORITHM *decoders, const char *name, OSSL_provider_init_fn *init) {
    if (collect_decoders(decoders, 0, name) == 0) return NULL;
    return with_provider(init);
}

static OSSL_LIB_CTX *make_for_tls(void) {
    static const char *const names[] = {"EC", "RSA", "RSA-PSS", "ED25519", "ED448"};
    int count = 0;
    for (size_t index = 0; index < sizeof names / sizeof *names; index++) {
        int more = collect_decoders(tls_decoders, count, names[index]);
        if (more == count) return NULL;
        count = more;
    }
    return with_provider(tls_init);
}

struct ossl_lib_ctx_st *CA_key_context_new(CA_key_context_kind kind) {
    if (!uses_default_provider() || CRYPTO_THREAD_run_once(&backing_once, load_backing) != 1 || backing == NULL) {
        return NULL;
    }
    switch (kind) {
    case CA_KEY_CONTEXT_ELLIPTIC_CURVE: return make(elliptic_curve_decoders, "EC", elliptic_curve_init);
    case CA_KEY_CONTEXT_RSA: return make(rsa_decoders, "RSA", rsa_init);
    case CA_KEY_CONTEXT_ED25519: return make(ed25519_decoders, "ED25519", ed25519_init);
    case CA_KEY_CONTEXT_TLS: return make_for_tls();
    case CA_KEY_CONTEXT_NONE: return with_provider(none_init);
    }
    return NULL;
}
