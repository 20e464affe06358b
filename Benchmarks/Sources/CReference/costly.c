// SPDX-License-Identifier: Apache-2.0
// A key that is slow to decode: its curve is written out, over a prime for which square roots take long.
#include "stranger.h"

#include <openssl/bn.h>
#include <string.h>

enum { LONGEST = 512 };

typedef struct {
    uint8_t bytes[4 * LONGEST];
    size_t length;
} encoding;

/* Puts identifier and length before the contents. */
static void wrap(encoding *value, uint8_t tag) {
    uint8_t head[5] = {tag};
    size_t count = 2, length = value->length;
    if (length < 0x80) head[1] = (uint8_t)length;
    else if (length < 0x100) head[1] = 0x81, head[2] = (uint8_t)length, count = 3;
    else head[1] = 0x82, head[2] = (uint8_t)(length >> 8), head[3] = (uint8_t)length, count = 4;
    memmove(value->bytes + count, value->bytes, length);
    memcpy(value->bytes, head, count);
    value->length += count;
}

static void append(encoding *value, const uint8_t *bytes, size_t length) {
    memcpy(value->bytes + value->length, bytes, length);
    value->length += length;
}

static encoding primitive(uint8_t tag, const uint8_t *bytes, size_t length) {
    encoding value = {.length = 0};
    append(&value, bytes, length);
    wrap(&value, tag);
    return value;
}

static void add(encoding *value, encoding part) { append(value, part.bytes, part.length); }

/* A compressed point: an x for which x^3 + ax + b is a square whose root needs all of Tonelli's and Shanks's steps. */
static int point(const BIGNUM *p, const BIGNUM *c, int e, const BIGNUM *a, const BIGNUM *b, uint8_t *bytes, int size, BN_CTX *context) {
    BIGNUM *x = BN_new(), *v = BN_new(), *t = BN_new(), *half = BN_new(), *steps = BN_new();
    int found = 0;
    BN_rshift1(half, p);
    BN_one(steps);
    BN_lshift(steps, steps, e - 2);
    while (!found && BN_rand_range(x, p) == 1) {
        BN_mod_sqr(v, x, p, context);
        BN_mod_add(v, v, a, p, context);
        BN_mod_mul(v, v, x, p, context);
        BN_mod_add(v, v, b, p, context);
        BN_mod_exp(t, v, half, p, context);
        if (!BN_is_one(t)) continue;
        BN_mod_exp(t, v, c, p, context);
        BN_mod_exp(t, t, steps, p, context);
        found = !BN_is_one(t);
    }
    bytes[0] = 2;
    if (found) BN_bn2binpad(x, bytes + 1, size);
    BN_free(x), BN_free(v), BN_free(t), BN_free(half), BN_free(steps);
    return found;
}

size_t certauth_costly_key(int bits, uint8_t *bytes, size_t capacity) {
    static const uint8_t ec_public_key[] = {0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01};
    static const uint8_t prime_field[] = {0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x01, 0x01};
    const uint8_t one = 1, seven = 7, coefficients[] = {3, 5};
    uint8_t number[LONGEST], generator[LONGEST], own[LONGEST] = {0};
    BN_CTX *context = BN_CTX_new();
    BIGNUM *p = BN_new(), *c = BN_new(), *a = BN_new(), *b = BN_new();
    int e = 0;
    /* p = c * 2^e + 1 with a small c. */
    for (BN_set_word(c, 3);; BN_add_word(c, 2)) {
        e = bits - BN_num_bits(c);
        BN_lshift(p, c, e);
        BN_add_word(p, 1);
        if (BN_check_prime(p, context, NULL) == 1) break;
    }
    BN_set_word(a, coefficients[0]);
    BN_set_word(b, coefficients[1]);
    int size = (bits + 7) / 8;
    int is_made = point(p, c, e, a, b, generator, size, context) && point(p, c, e, a, b, own + 1, size, context);
    number[0] = 0;
    BN_bn2binpad(p, number + 1, size);
    int is_padded = number[1] >= 0x80;

    encoding field = {.length = 0}, curve = {.length = 0}, parameters = {.length = 0}, algorithm = {.length = 0};
    append(&field, prime_field, sizeof prime_field);
    add(&field, primitive(0x02, number + !is_padded, (size_t)(size + is_padded)));
    wrap(&field, 0x30);
    add(&curve, primitive(0x04, &coefficients[0], 1));
    add(&curve, primitive(0x04, &coefficients[1], 1));
    wrap(&curve, 0x30);
    add(&parameters, primitive(0x02, &one, 1));
    add(&parameters, field);
    add(&parameters, curve);
    add(&parameters, primitive(0x04, generator, (size_t)size + 1));
    add(&parameters, primitive(0x02, &seven, 1));
    add(&parameters, primitive(0x02, &one, 1));
    wrap(&parameters, 0x30);
    append(&algorithm, ec_public_key, sizeof ec_public_key);
    add(&algorithm, parameters);
    wrap(&algorithm, 0x30);
    add(&algorithm, primitive(0x03, own, (size_t)size + 2));
    wrap(&algorithm, 0x30);
    BN_free(p), BN_free(c), BN_free(a), BN_free(b);
    BN_CTX_free(context);
    if (!is_made || algorithm.length > capacity) return 0;
    memcpy(bytes, algorithm.bytes, algorithm.length);
    return algorithm.length;
}
