// SPDX-License-Identifier: Apache-2.0
// An HTTPS server in C, to measure the cost of OpenSSL alone, and the clients for every measured server.
#ifndef CERTAUTH_BENCHMARKS_SERVER_H
#define CERTAUTH_BENCHMARKS_SERVER_H

#include <stddef.h>
#include <stdint.h>

/*
 * One thread, epoll, libssl in the default library context, HTTP/1.1 with a fixed answer. Calls `started` with its port
 * and serves until the process ends. `root` names the file of the clients' root; NULL asks for no certificate.
 * Returns only on failure, with -1.
 */
int certauth_server_run(const char *chain, const char *key, const char *root, int issues_tickets,
    void (*started)(uint16_t port));

/* Clients of one server, on loopback; TLS 1.3 alone. */
typedef struct certauth_load certauth_load;

certauth_load *certauth_load_new(uint16_t port, const uint8_t *root, size_t root_length);
void certauth_load_free(certauth_load *load);
/* A client certificate with its issuer and its key (PKCS #8); handshakes take them in turn. 1 on success. */
int certauth_load_add(certauth_load *load, const uint8_t *leaf, size_t leaf_length, const uint8_t *issuer,
    size_t issuer_length, const uint8_t *key, size_t key_length);
/* `count` connections, four at a time: handshake, one request, goodbye; returns how many were answered with 200. */
int certauth_load_handshakes(certauth_load *load, int count, int offset);
/* The same with sessions of the server; a connection that is not resumed does not count. */
int certauth_load_resumptions(certauth_load *load, int count);
/* `count` requests over sixteen connections that stay open; returns how many were answered with 200. */
int certauth_load_requests(certauth_load *load, int count);
/* Opens connections, with one request each, and keeps them until the load is freed; returns how many. */
int certauth_load_hold(certauth_load *load, int count);

#endif
