// SPDX-License-Identifier: Apache-2.0
// Clients that send a request every millisecond, to see how long they wait while something else happens to the server.
#define _GNU_SOURCE
#include "core.h"
#include "growth.h"
#include "load.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

enum { WATCHERS = 4, ANSWER_SECONDS = 60 };

struct certauth_watch {
    certauth_load *load;
    pthread_t threads[WATCHERS];
    atomic_int is_over, answered, failed, reconnected, number;
    atomic_ullong longest;
};

static uint64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* A server that stops answering must not stop the program. */
static SSL *dial(certauth_load *load, int number) {
    SSL *tls = certauth_load_dial(load, number, NULL);
    struct timeval limit = {.tv_sec = ANSWER_SECONDS};
    if (tls != NULL) setsockopt(SSL_get_fd(tls), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    return tls;
}

static void note(certauth_watch *watch, uint64_t wait) {
    unsigned long long longest = atomic_load(&watch->longest);
    while (wait > longest && !atomic_compare_exchange_weak(&watch->longest, &longest, wait)) {}
}

/* A client whose connection was closed connects again; that is part of its wait. */
static void *run(void *argument) {
    certauth_watch *watch = argument;
    int number = atomic_fetch_add(&watch->number, 1);
    struct timespec pause = {.tv_nsec = 1000000};
    certauth_pin(0, CERTAUTH_CLIENT_CORE);
    SSL *tls = dial(watch->load, number);
    if (tls != NULL) certauth_load_ask(tls);
    atomic_store(&watch->longest, 0);
    while (!atomic_load(&watch->is_over)) {
        uint64_t start = now();
        int is_answered = tls != NULL && certauth_load_ask(tls);
        if (!is_answered) {
            certauth_load_hang_up(tls);
            tls = dial(watch->load, number);
            is_answered = tls != NULL && certauth_load_ask(tls);
            if (is_answered) atomic_fetch_add(&watch->reconnected, 1);
        }
        if (is_answered) {
            note(watch, now() - start);
            atomic_fetch_add(&watch->answered, 1);
        } else {
            atomic_fetch_add(&watch->failed, 1);
        }
        nanosleep(&pause, NULL);
    }
    certauth_load_hang_up(tls);
    return NULL;
}

certauth_watch *certauth_watch_start(certauth_load *load) {
    certauth_watch *watch = calloc(1, sizeof *watch);
    if (watch == NULL) return NULL;
    watch->load = load;
    for (int index = 0; index < WATCHERS; index++) pthread_create(&watch->threads[index], NULL, run, watch);
    return watch;
}

struct certauth_waits certauth_watch_take(certauth_watch *watch) {
    return (struct certauth_waits){
        .longest = atomic_exchange(&watch->longest, 0),
        .answered = atomic_exchange(&watch->answered, 0),
        .reconnected = atomic_exchange(&watch->reconnected, 0),
        .failed = atomic_exchange(&watch->failed, 0),
    };
}

void certauth_watch_stop(certauth_watch *watch) {
    atomic_store(&watch->is_over, 1);
    for (int index = 0; index < WATCHERS; index++) pthread_join(watch->threads[index], NULL);
    free(watch);
}
