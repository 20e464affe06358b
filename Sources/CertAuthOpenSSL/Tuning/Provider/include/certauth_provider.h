// SPDX-License-Identifier: Apache-2.0
// Library contexts that decode the public keys of certificates with a short search.
#ifndef CERTAUTH_PROVIDER_H
#define CERTAUTH_PROVIDER_H

struct ossl_lib_ctx_st;

/* Which public keys a context decodes. */
typedef enum {
    CA_KEY_CONTEXT_ELLIPTIC_CURVE,
    CA_KEY_CONTEXT_RSA,
    CA_KEY_CONTEXT_ED25519,
    CA_KEY_CONTEXT_ED448,
    /* EC, RSA, RSA-PSS, Ed25519 and Ed448, with only the key managers and ciphers of the TLS servers. */
    CA_KEY_CONTEXT_TLS,
    /* None: for reading the certificates in sessions, whose keys are not used. */
    CA_KEY_CONTEXT_SESSIONS
} CA_key_context_kind;

/*
 * Creates a context with the algorithms of the default provider, but of its decoders only the one for
 * subjectPublicKeyInfo of this kind, and of its key managers only those for keys that sign certificates.
 *
 * NULL if the process uses other providers than OpenSSL's default one (FIPS, PKCS #11, default properties), or if this
 * OpenSSL lacks what is needed. The caller then uses the default context. Call it once for each kind. The context is
 * never freed.
 */
struct ossl_lib_ctx_st *CA_key_context_new(CA_key_context_kind kind);

#endif
