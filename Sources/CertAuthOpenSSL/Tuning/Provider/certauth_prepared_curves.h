// SPDX-License-Identifier: Apache-2.0
// Keys on the curves in common use, made from a curve that was set up once.
#ifndef CERTAUTH_PREPARED_CURVES_H
#define CERTAUTH_PREPARED_CURVES_H

#include <openssl/core.h>

/*
 * Prepares P-256, P-384 and P-521 by a provider's key manager for elliptic curves.
 *
 * Returns the same key manager, which also takes what the decoder below finds; NULL where it lacks what is needed. The
 * caller calls it once, before anything is decoded.
 */
const OSSL_DISPATCH *CA_prepare_curves(const OSSL_DISPATCH *key_manager, void *provider_context);

/* Finds in what the core hands to a provider the function by which the decoder reads. */
void CA_prepared_curves_use(const OSSL_DISPATCH *core);

/* The decoder's functions; only for contexts that show the key manager above. */
const OSSL_DISPATCH *CA_prepared_curves_decoder(void);

#endif
