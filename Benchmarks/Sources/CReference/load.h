// SPDX-License-Identifier: Apache-2.0
// What the files of the clients share.
#ifndef CERTAUTH_BENCHMARKS_LOAD_H
#define CERTAUTH_BENCHMARKS_LOAD_H

#include "server.h"

#include <openssl/ssl.h>

enum { THREADS = 4, KEPT = 16, IDENTITIES = 16384 };

struct identity {
    X509 *leaf, *issuer;
    EVP_PKEY *key;
};

/* One open connection of a crowd. */
struct member {
    SSL *tls;
    /* The last HTTP/2 stream. */
    uint32_t stream;
    /* Bytes of HTTP/2 bodies since the window was last enlarged. */
    uint32_t received;
};

struct certauth_load {
    uint16_t port;
    SSL_CTX *context;
    /* Whether connections come from several addresses, so that there are enough ports. */
    int is_spread;
    int is_http2;
    int identity_count, held_count, kept_count, member_count;
    struct identity identities[IDENTITIES];
    SSL_SESSION *sessions[THREADS];
    SSL *kept[KEPT];
    SSL **held;
    struct member *members;
    int cursors[THREADS];
};

/* One thread's part of the work. */
struct share {
    certauth_load *load;
    int first, count, successes, index;
    int (*work)(struct share *share);
};

/* A connection after its handshake, with the identity of that number; NULL on failure. */
SSL *certauth_load_dial(certauth_load *load, int number, SSL_SESSION **session);
/* One HTTP/1.1 request; 1 if the response is 200. */
int certauth_load_ask(SSL *tls);
/* Sends close_notify and closes the socket. NULL is permitted. */
void certauth_load_hang_up(SSL *tls);
/* Divides `count` operations among the threads; returns how many succeeded. */
int certauth_load_divide(certauth_load *load, int count, int offset, int (*work)(struct share *));

/* Sends the connection preface; 1 on success. */
int certauth_http2_begin(struct member *member);
/* One request on a new stream; 1 if the response is 200. */
int certauth_http2_ask(struct member *member);

#endif
