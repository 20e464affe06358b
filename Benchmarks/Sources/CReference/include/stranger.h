// SPDX-License-Identifier: Apache-2.0
// A client that presents given certificates, valid or not, and keeps its connection open afterwards.
#ifndef CERTAUTH_BENCHMARKS_STRANGER_H
#define CERTAUTH_BENCHMARKS_STRANGER_H

#include <stddef.h>
#include <stdint.h>

enum certauth_way {
    /* TLS 1.2; the Certificate message is written as given bytes, which need not be certificates. */
    CERTAUTH_TLS12_RAW,
    /* TLS 1.3; the first certificate must belong to the key. */
    CERTAUTH_TLS13,
    /* The certificate is presented when a request asks for it: by renegotiation, and by post-handshake authentication. */
    CERTAUTH_TLS12_LATE, CERTAUTH_TLS13_LATE
};

typedef struct certauth_stranger certauth_stranger;

/*
 * `list` holds the certificates, each behind its length in three bytes; `leaf` and `key` (PKCS #8) are the client's own,
 * for the ways that need them. NULL if the client cannot present them.
 */
certauth_stranger *certauth_stranger_new(enum certauth_way way, const uint8_t *list, size_t list_length,
    const uint8_t *leaf, size_t leaf_length, const uint8_t *key, size_t key_length);
/* Connects, shakes hands, sends one request. Returns the HTTP status, the alert + 1000, or 0 if the peer only closed. */
int certauth_stranger_meet(certauth_stranger *stranger, uint16_t port, const char *request);
/* The first bytes that a TLS 1.3 client would send: a record with a ClientHello. Returns how many. */
size_t certauth_stranger_hello(uint8_t *bytes, size_t capacity);
/* Connects and sends bytes as they are; the answer likewise: HTTP status, alert + 1000, 1 for another TLS record, or 0. */
certauth_stranger *certauth_stranger_plain(void);
int certauth_stranger_send(certauth_stranger *stranger, uint16_t port, const uint8_t *bytes, size_t length);
/* Closes the connection. */
void certauth_stranger_leave(certauth_stranger *stranger);
void certauth_stranger_free(certauth_stranger *stranger);

/* CPU time of this process less that of the calling thread, in nanoseconds. */
uint64_t certauth_others_cpu_time(void);
/* Bytes that this process has allocated. */
size_t certauth_allocated(void);
/* SHA-256, 32 bytes. */
void certauth_sha256(const uint8_t *bytes, size_t length, uint8_t *digest);
void certauth_pause(int milliseconds);
/* Makes all threads allocate from the arena that is counted. */
void certauth_count_allocations(void);

/*
 * A key with explicit curve parameters over a prime of the given size in bits, chosen so that points are slow to
 * decompress.
 * Writes a SubjectPublicKeyInfo; returns its length, 0 on failure.
 */
size_t certauth_costly_key(int bits, uint8_t *bytes, size_t capacity);

#endif
