// SPDX-License-Identifier: Apache-2.0
// A built-in provider that wraps OpenSSL's default provider and offers only some of its algorithms.
//
// OpenSSL 3 walks all decoders and key managers of a library context for each public key it decodes, which costs more
// than checking a signature. The algorithms are those of the default provider, unchanged; only the list is shorter.
// The default provider is loaded into a separate context, so that the process's default context does not change.
#include "certauth_provider.h"
#include "certauth_prepared_curves.h"

#include <openssl/core_dispatch.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <openssl/ssl.h>
#include <string.h>

enum { CAPACITY = 64 };

/* The wrapped default provider. */
static OSSL_PROVIDER *backing;
static CRYPTO_ONCE backing_once = CRYPTO_ONCE_STATIC_INIT;
/* The default provider's key manager for elliptic curves, with prepared curves. NULL if it can't have any. */
static const OSSL_DISPATCH *prepared_manager;
static CRYPTO_ONCE curves_once = CRYPTO_ONCE_STATIC_INIT;

/* Whether `name` is one of the algorithm's names, which are separated by colons. */
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

static void load_backing(void) {
    OSSL_LIB_CTX *context = OSSL_LIB_CTX_new();
    backing = context == NULL ? NULL : OSSL_PROVIDER_load(context, "default");
    if (backing == NULL) OSSL_LIB_CTX_free(context);
}

static void prepare_curves(void) {
    int cannot_be_cached = 0;
    const OSSL_ALGORITHM *all = OSSL_PROVIDER_query_operation(backing, OSSL_OP_KEYMGMT, &cannot_be_cached);
    for (; all != NULL && all->algorithm_names != NULL; all++) {
        if (!is_named(all, "EC")) continue;
        prepared_manager = CA_prepare_curves(all->implementation, OSSL_PROVIDER_get0_provider_ctx(backing));
        return;
    }
}

/* Answers a query. Decoders, key managers and ciphers depend on the kind. An empty list of ciphers means all. */
static const OSSL_ALGORITHM *algorithms(
    const OSSL_ALGORITHM *decoders, const OSSL_ALGORITHM *managers, const OSSL_ALGORITHM *ciphers, int operation,
    int *cannot_be_cached) {
    *cannot_be_cached = 0;
    if (operation == OSSL_OP_DECODER) return decoders;
    if (operation == OSSL_OP_KEYMGMT) return managers;
    if (operation == OSSL_OP_CIPHER && ciphers->algorithm_names != NULL) return ciphers;
    return OSSL_PROVIDER_query_operation(backing, operation, cannot_be_cached);
}

static int capabilities(void *context, const char *capability, OSSL_CALLBACK *callback, void *argument) {
    (void)context;
    return OSSL_PROVIDER_get_capabilities(backing, capability, callback, argument);
}

/* OpenSSL passes the default provider's own context to all functions, so each kind needs its own functions and tables. */
#define KIND(kind)                                                                                                     \
    static OSSL_ALGORITHM kind##_decoders[CAPACITY + 1], kind##_managers[CAPACITY + 1], kind##_ciphers[CAPACITY + 1];  \
    static const OSSL_ALGORITHM *kind##_query(void *context, int operation, int *cannot_be_cached) {                   \
        (void)context;                                                                                                 \
        return algorithms(kind##_decoders, kind##_managers, kind##_ciphers, operation, cannot_be_cached);              \
    }                                                                                                                  \
    static const OSSL_DISPATCH kind##_functions[] = {                                                                  \
        {OSSL_FUNC_PROVIDER_QUERY_OPERATION, (void (*)(void))kind##_query},                                            \
        {OSSL_FUNC_PROVIDER_GET_CAPABILITIES, (void (*)(void))capabilities},                                           \
        {0, NULL}};                                                                                                    \
    static int kind##_init(                                                                                            \
        const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *in, const OSSL_DISPATCH **out, void **context) {          \
        (void)handle;                                                                                                  \
        CA_prepared_curves_use(in);                                                                                    \
        *out = kind##_functions;                                                                                       \
        *context = OSSL_PROVIDER_get0_provider_ctx(backing);                                                           \
        return 1;                                                                                                      \
    }

KIND(elliptic_curve)
KIND(rsa)
KIND(ed25519)
KIND(ed448)
KIND(tls)
KIND(sessions)

static int is_usual(OSSL_PROVIDER *provider, void *answer) {
    const char *name = OSSL_PROVIDER_get0_name(provider);
    if (name == NULL || (strcmp(name, "default") != 0 && strcmp(name, "base") != 0 && strcmp(name, "legacy") != 0)) {
        *(int *)answer = 0;
    }
    return 1;
}

/* Whether the default provider would decode the keys anyway: no other one is active, and FIPS is not requested. */
static int uses_default_provider(void) {
    int answer = 1;
    return OSSL_PROVIDER_available(NULL, "default") == 1 && OSSL_PROVIDER_do_all(NULL, is_usual, &answer) == 1
        && answer && EVP_default_properties_is_fips_enabled(NULL) == 0;
}

/* Appends the wrapped provider's algorithms of this name to `kept`. Of decoders only those for public keys. */
static int collect(OSSL_ALGORITHM *kept, int count, int operation, const char *name) {
    int cannot_be_cached = 0;
    const OSSL_ALGORITHM *all = OSSL_PROVIDER_query_operation(backing, operation, &cannot_be_cached);
    for (; all != NULL && all->algorithm_names != NULL && count < CAPACITY; all++) {
        if (is_named(all, name) && (operation != OSSL_OP_DECODER || decodes_public_keys(all))) kept[count++] = *all;
    }
    return cannot_be_cached ? 0 : count;
}

static OSSL_LIB_CTX *with_provider(OSSL_provider_init_fn *init, int (*is_fit)(OSSL_LIB_CTX *)) {
    OSSL_LIB_CTX *context = OSSL_LIB_CTX_new();
    OSSL_PROVIDER *provider = NULL;
    if (context != NULL && OSSL_PROVIDER_add_builtin(context, "certauth", init) == 1) {
        provider = OSSL_PROVIDER_load(context, "certauth");
    }
    if (provider != NULL && (is_fit == NULL || is_fit(context))) return context;
    if (provider != NULL) OSSL_PROVIDER_unload(provider);
    OSSL_LIB_CTX_free(context);
    return NULL;
}

static OSSL_LIB_CTX *make(
    OSSL_ALGORITHM *decoders, OSSL_ALGORITHM *managers, const char *name, OSSL_provider_init_fn *init) {
    if (collect(decoders, 0, OSSL_OP_DECODER, name) == 0) return NULL;
    if (collect(managers, 0, OSSL_OP_KEYMGMT, name) == 0) return NULL;
    return with_provider(init, NULL);
}

/* The algorithm of this name in a list. NULL if there is none, or more than one. */
static OSSL_ALGORITHM *only(OSSL_ALGORITHM *list, const char *name) {
    OSSL_ALGORITHM *found = NULL;
    for (; list->algorithm_names != NULL; list++) {
        if (!is_named(list, name)) continue;
        if (found != NULL) return NULL;
        found = list;
    }
    return found;
}

/* Makes a context copy prepared curves, if this OpenSSL supports it (1). Otherwise it decodes as usual (0). */
static int use_prepared_curves(OSSL_ALGORITHM *managers, OSSL_ALGORITHM *decoder) {
    OSSL_ALGORITHM *manager = only(managers, "EC");
    const OSSL_DISPATCH *prepared = manager == NULL || CRYPTO_THREAD_run_once(&curves_once, prepare_curves) != 1
        ? NULL : prepared_manager;
    if (prepared == NULL) return 0;
    manager->implementation = prepared;
    decoder->implementation = CA_prepared_curves_decoder();
    return 1;
}

static OSSL_LIB_CTX *make_for_curves(void) {
    if (collect(elliptic_curve_decoders, 0, OSSL_OP_DECODER, "EC") != 1) return NULL;
    if (collect(elliptic_curve_managers, 0, OSSL_OP_KEYMGMT, "EC") != 1) return NULL;
    (void)use_prepared_curves(elliptic_curve_managers, elliptic_curve_decoders);
    return with_provider(elliptic_curve_init, NULL);
}

/*
 * Whether libssl finds all that it needs. The random generators of 3.5 look their provider up by name in the context of
 * the wrapped one, which doesn't know ours. In that version the default context decodes nearly as fast.
 */
static int serves_tls(OSSL_LIB_CTX *context) {
    SSL_CTX *server = SSL_CTX_new_ex(context, NULL, TLS_server_method());
    SSL_CTX_free(server);
    return server != NULL;
}

/* Collects the algorithms of all names, which the provider must have. Returns 1 on success. */
static int collect_all(OSSL_ALGORITHM *kept, int operation, const char *const *names) {
    for (int count = 0; *names != NULL; names++) {
        int more = collect(kept, count, operation, *names);
        if (more == count) return 0;
        count = more;
    }
    return 1;
}

/*
 * When OpenSSL decodes a key, it searches everything that an SSL_CTX has loaded into its library context, including
 * ciphers. So there are only those that the TLS servers use and that the random generators need.
 */
static OSSL_LIB_CTX *make_for_tls(void) {
    static const char *const decoders[] = {"EC", "RSA", "RSA-PSS", "ED25519", "ED448", NULL};
    static const char *const managers[] = {
        "EC", "RSA", "RSA-PSS", "ED25519", "ED448", "X25519", "X448", "HMAC", "HKDF", "TLS1-PRF", NULL};
    static const char *const ciphers[] = {
        "AES-256-GCM", "ChaCha20-Poly1305", "AES-128-GCM", "AES-256-CTR", "AES-192-CTR", "AES-128-CTR", "AES-256-ECB",
        "AES-192-ECB", "AES-128-ECB", NULL};
    if (!collect_all(tls_decoders, OSSL_OP_DECODER, decoders) || !collect_all(tls_managers, OSSL_OP_KEYMGMT, managers)
        || !collect_all(tls_ciphers, OSSL_OP_CIPHER, ciphers)) {
        return NULL;
    }
    /*
     * This is added to the provider's own decoder, which decodes the other encodings. OpenSSL drops a second algorithm of
     * equal name and properties, and tries the last one first.
     */
    OSSL_ALGORITHM prepared = {
        "EC", "provider=certauth,input=der,structure=SubjectPublicKeyInfo,certauth.prepared=yes", NULL, NULL};
    int count = 0;
    while (tls_decoders[count].algorithm_names != NULL) count++;
    if (count < CAPACITY && use_prepared_curves(tls_managers, &prepared)) tls_decoders[count] = prepared;
    return with_provider(tls_init, serves_tls);
}

static OSSL_LIB_CTX *make_for_sessions(void) {
    static const char *const managers[] = {"EC", "RSA", "RSA-PSS", "ED25519", "ED448", NULL};
    return collect_all(sessions_managers, OSSL_OP_KEYMGMT, managers) ? with_provider(sessions_init, NULL) : NULL;
}

struct ossl_lib_ctx_st *CA_key_context_new(CA_key_context_kind kind) {
    if (!uses_default_provider() || CRYPTO_THREAD_run_once(&backing_once, load_backing) != 1 || backing == NULL) {
        return NULL;
    }
    switch (kind) {
    case CA_KEY_CONTEXT_ELLIPTIC_CURVE: return make_for_curves();
    case CA_KEY_CONTEXT_RSA: return make(rsa_decoders, rsa_managers, "RSA", rsa_init);
    case CA_KEY_CONTEXT_ED25519: return make(ed25519_decoders, ed25519_managers, "ED25519", ed25519_init);
    case CA_KEY_CONTEXT_ED448: return make(ed448_decoders, ed448_managers, "ED448", ed448_init);
    case CA_KEY_CONTEXT_TLS: return make_for_tls();
    case CA_KEY_CONTEXT_SESSIONS: return make_for_sessions();
    }
    return NULL;
}
