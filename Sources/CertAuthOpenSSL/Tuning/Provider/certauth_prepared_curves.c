// SPDX-License-Identifier: Apache-2.0
// A decoder for public keys on P-256, P-384 and P-521 that copies a curve instead of setting it up for each key.
//
// OpenSSL 3 spends more than half of the time for such a key on the curve: Montgomery constants, the generator. Here
// the provider's own key manager creates one key for each curve, without a public key. Each decoded key is a copy of it,
// made by the same key manager, which then imports the point, compressed or not, and checks that it is on the curve. The
// result is a key of the provider. Keys in other encodings than those below are left to other decoders.
#include "certauth_prepared_curves.h"

#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/core_object.h>
#include <openssl/params.h>
#include <string.h>

enum { FUNCTIONS = 48, CURVES = 3, LONGEST_PREFIX = 26, LONGEST_KEY = 158 };

/* The name of a curve, and a key with only the curve. Never changes after its creation. */
typedef struct {
    const char *group;
    void *key;
} prepared_curve;

static prepared_curve curves[CURVES] = {{"P-256", NULL}, {"P-384", NULL}, {"P-521", NULL}};

/* The bytes before the point in a subjectPublicKeyInfo with a named curve (RFC 5480 §2), and the total length. */
typedef struct {
    const prepared_curve *curve;
    int is_compressed;
    size_t length, prefix_length;
    unsigned char prefix[LONGEST_PREFIX];
} encoding;

#define EC_PUBLIC_KEY 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01
#define P_256 0x30, 0x13, EC_PUBLIC_KEY, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07
#define P_384 0x30, 0x10, EC_PUBLIC_KEY, 0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x22
#define P_521 0x30, 0x10, EC_PUBLIC_KEY, 0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x23

static const encoding encodings[] = {
    {&curves[0], 0, 91, 26, {0x30, 0x59, P_256, 0x03, 0x42, 0x00}},
    {&curves[1], 0, 120, 23, {0x30, 0x76, P_384, 0x03, 0x62, 0x00}},
    {&curves[2], 0, 158, 25, {0x30, 0x81, 0x9B, P_521, 0x03, 0x81, 0x86, 0x00}},
    {&curves[0], 1, 59, 26, {0x30, 0x39, P_256, 0x03, 0x22, 0x00}},
    {&curves[1], 1, 72, 23, {0x30, 0x46, P_384, 0x03, 0x32, 0x00}},
    {&curves[2], 1, 90, 23, {0x30, 0x58, P_521, 0x03, 0x44, 0x00}},
};

enum { ENCODINGS = sizeof encodings / sizeof *encodings };

/* The reference to a decoded key for the core. The provider's own references are pointers, so the sizes differ. */
typedef struct {
    const prepared_curve *curve;
    void *key;
} key_reference;

static OSSL_FUNC_BIO_read_ex_fn *read_bytes;
static OSSL_FUNC_keymgmt_load_fn *load_key;
static OSSL_FUNC_keymgmt_dup_fn *copy_key;
static OSSL_FUNC_keymgmt_set_params_fn *set_key;
static OSSL_FUNC_keymgmt_free_fn *free_key;
static OSSL_DISPATCH manager[FUNCTIONS + 1];

void CA_prepared_curves_use(const OSSL_DISPATCH *core) {
    for (; core->function_id != 0; core++) {
        if (core->function_id == OSSL_FUNC_BIO_READ_EX) read_bytes = OSSL_FUNC_BIO_read_ex(core);
    }
}

/* The key manager's load function: takes a decoded key out of its reference. */
static void *load(const void *reference, size_t size) {
    if (size != sizeof(key_reference)) return load_key(reference, size);
    key_reference *decoded = (key_reference *)reference;
    void *key = decoded->key;
    decoded->key = NULL;
    return key;
}

static void *key_on(const prepared_curve *curve, unsigned char *point, size_t length) {
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, point, length),
        OSSL_PARAM_construct_end(),
    };
    void *key = copy_key(curve->key, OSSL_KEYMGMT_SELECT_DOMAIN_PARAMETERS);
    if (key != NULL && set_key(key, parameters) != 1) {
        free_key(key);
        return NULL;
    }
    return key;
}

static void *new_context(void *provider_context) { return provider_context; }

static void free_context(void *context) { (void)context; }

static int does_selection(void *provider_context, int selection) {
    (void)provider_context;
    return selection == 0 || (selection & OSSL_KEYMGMT_SELECT_PRIVATE_KEY) == 0;
}

/* Reads one subjectPublicKeyInfo. Returns 1 without calling `found` if it has none of the encodings above. */
static int decode(
    void *context, OSSL_CORE_BIO *in, int selection, OSSL_CALLBACK *found, void *argument,
    OSSL_PASSPHRASE_CALLBACK *passphrase, void *passphrase_argument) {
    (void)context, (void)selection, (void)passphrase, (void)passphrase_argument;
    unsigned char bytes[LONGEST_KEY + 1];
    size_t length = 0;
    /* One byte more than the longest encoding, to detect longer input. */
    if (read_bytes == NULL || read_bytes(in, bytes, sizeof bytes, &length) != 1) return 1;
    for (size_t index = 0; index < ENCODINGS; index++) {
        const encoding *form = &encodings[index];
        const prepared_curve *curve = form->curve;
        size_t start = form->prefix_length;
        if (length != form->length || memcmp(bytes, form->prefix, start) != 0) continue;
        if (form->is_compressed ? bytes[start] != 2 && bytes[start] != 3 : bytes[start] != 4) return 1;
        key_reference decoded = {curve, key_on(curve, bytes + start, length - start)};
        if (decoded.key == NULL) return 1;
        int type = OSSL_OBJECT_PKEY;
        OSSL_PARAM parameters[] = {
            OSSL_PARAM_construct_int(OSSL_OBJECT_PARAM_TYPE, &type),
            OSSL_PARAM_construct_utf8_string(OSSL_OBJECT_PARAM_DATA_TYPE, (char *)"EC", 0),
            OSSL_PARAM_construct_octet_string(OSSL_OBJECT_PARAM_REFERENCE, &decoded, sizeof decoded),
            OSSL_PARAM_construct_end(),
        };
        int status = found(parameters, argument);
        free_key(decoded.key);
        return status;
    }
    return 1;
}

static const OSSL_DISPATCH decoder[] = {
    {OSSL_FUNC_DECODER_NEWCTX, (void (*)(void))new_context},
    {OSSL_FUNC_DECODER_FREECTX, (void (*)(void))free_context},
    {OSSL_FUNC_DECODER_DOES_SELECTION, (void (*)(void))does_selection},
    {OSSL_FUNC_DECODER_DECODE, (void (*)(void))decode},
    {0, NULL}};

/* Creates a key with only the curve. */
static void *key_with_curve(
    const char *group, void *provider_context, OSSL_FUNC_keymgmt_new_fn *make, OSSL_FUNC_keymgmt_import_fn *import) {
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char *)group, 0),
        OSSL_PARAM_construct_end(),
    };
    void *key = make(provider_context);
    if (key != NULL && import(key, OSSL_KEYMGMT_SELECT_DOMAIN_PARAMETERS, parameters) != 1) {
        free_key(key);
        return NULL;
    }
    return key;
}

const OSSL_DISPATCH *CA_prepared_curves_decoder(void) { return decoder; }

const OSSL_DISPATCH *CA_prepare_curves(const OSSL_DISPATCH *key_manager, void *provider_context) {
    OSSL_FUNC_keymgmt_new_fn *make = NULL;
    OSSL_FUNC_keymgmt_import_fn *import = NULL;
    int count = 0;
    for (; key_manager[count].function_id != 0; count++) {
        if (count == FUNCTIONS) return NULL;
        const OSSL_DISPATCH *function = &key_manager[count];
        manager[count] = *function;
        switch (function->function_id) {
        case OSSL_FUNC_KEYMGMT_NEW: make = OSSL_FUNC_keymgmt_new(function); break;
        case OSSL_FUNC_KEYMGMT_IMPORT: import = OSSL_FUNC_keymgmt_import(function); break;
        case OSSL_FUNC_KEYMGMT_DUP: copy_key = OSSL_FUNC_keymgmt_dup(function); break;
        case OSSL_FUNC_KEYMGMT_SET_PARAMS: set_key = OSSL_FUNC_keymgmt_set_params(function); break;
        case OSSL_FUNC_KEYMGMT_FREE: free_key = OSSL_FUNC_keymgmt_free(function); break;
        case OSSL_FUNC_KEYMGMT_LOAD:
            load_key = OSSL_FUNC_keymgmt_load(function);
            manager[count].function = (void (*)(void))load;
            break;
        default: break;
        }
    }
    if (!make || !import || !copy_key || !set_key || !free_key || !load_key) return NULL;
    for (size_t index = 0; index < CURVES; index++) {
        curves[index].key = key_with_curve(curves[index].group, provider_context, make, import);
        if (curves[index].key == NULL) return NULL;
    }
    return manager;
}
