// SPDX-License-Identifier: Apache-2.0
// How cost grows: many open connections, clients that wait, and memory.
#ifndef CERTAUTH_BENCHMARKS_GROWTH_H
#define CERTAUTH_BENCHMARKS_GROWTH_H

#include "server.h"

#include <stdint.h>

/* Raises the limit of open descriptors as far as the system permits; returns it. */
int certauth_raise_descriptors(void);

/*
 * Opens connections until the load has `count`, and opens closed ones again, each with one request over HTTP/1.1 or
 * HTTP/2; returns how many are open. They come from several addresses. All calls for one load use the same protocol.
 */
int certauth_crowd_open(certauth_load *load, int count, int is_http2);
/* How many of them the server has not closed. */
int certauth_crowd_alive(certauth_load *load);
/* `count` requests over all of them in turn, four at a time; returns how many were answered with 200. */
int certauth_crowd_requests(certauth_load *load, int count);

/* Four clients, each with its own connection and a millisecond between a response and the next request. */
typedef struct certauth_watch certauth_watch;

/* Since the last call of `certauth_watch_take`. */
struct certauth_waits {
    /* Nanoseconds from the start of a request to its response, with a new connection where the server closed the old. */
    uint64_t longest;
    int answered, reconnected, failed;
};

certauth_watch *certauth_watch_start(certauth_load *load);
struct certauth_waits certauth_watch_take(certauth_watch *watch);
void certauth_watch_stop(certauth_watch *watch);

/* Bytes that malloc has given out; 0 if the system cannot tell. */
uint64_t certauth_live_bytes(void);
/* Returns free memory to the system, so that resident memory tells what is used. */
void certauth_release_free_memory(void);
/* Sets the peak of resident memory to its present value; 1 on success. */
int certauth_reset_peak(void);

#endif
