// SPDX-License-Identifier: Apache-2.0
// Keys on the common curves, created as copies of a curve that was set up once.
#ifndef CERTAUTH_PREPARED_CURVES_H
#define CERTAUTH_PREPARED_CURVES_H

#include <openssl/core.h>

/*
 * Prepares P-256, P-384 and P-521 with a provider's key manager for elliptic curves.
 *
 * Returns the same key manager, which also loads keys of the decoder below. NULL if it lacks what is needed. Must be
 * called once, before anything is decoded.
 */
const OSSL_DISPATCH *CA_prepare_curves(const OSSL_DISPATCH *key_manager, void *provider_context);

/* Finds the function for reading input among those that the core passes to a provider. */
void CA_prepared_curves_use(const OSSL_DISPATCH *core);

/* The decoder's functions. Only for contexts that offer the key manager above. */
const OSSL_DISPATCH *CA_prepared_curves_decoder(void);

#endif
