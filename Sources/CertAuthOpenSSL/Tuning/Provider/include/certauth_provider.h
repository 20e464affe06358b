// SPDX-License-Identifier: Apache-2.0
// Library contexts that decode the public keys of certificates with little searching.
#ifndef CERTAUTH_PROVIDER_H
#define CERTAUTH_PROVIDER_H

struct ossl_lib_ctx_st;

/* Which public keys a context decodes. */
typedef enum {
    CA_KEY_CONTEXT_ELLIPTIC_CURVE,
    CA_KEY_CONTEXT_RSA,
    CA_KEY_CONTEXT_ED25519,
    CA_KEY_CONTEXT_ED448,
    /* EC, RSA, RSA-PSS, Ed25519 and Ed448, with the key managers and ciphers of our TLS servers alone. */
    CA_KEY_CONTEXT_TLS,
    /* None: what reads the certificates in sessions, whose keys nobody uses. */
    CA_KEY_CONTEXT_SESSIONS
} CA_key_context_kind;

/*
 * Makes a context with the algorithms of the default provider, but of its decoders only the one for
 * subjectPublicKeyInfo of this kind, and of its key managers only those for keys that sign certificates.
 *
 * NULL when the process does not use OpenSSL's default provider alone (FIPS, PKCS #11, default properties), and when
 * this OpenSSL lacks what is needed; then the caller uses the default context. Call it once a kind; the context lives
 * as long as the process.
 */
struct ossl_lib_ctx_st *CA_key_context_new(CA_key_context_kind kind);

#endif
