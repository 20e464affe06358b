// SPDX-License-Identifier: Apache-2.0
// The first two cores that this program may use.
#define _GNU_SOURCE
#include "core.h"

#include <signal.h>

void certauth_unblock_signals(void) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_UNBLOCK, &all, NULL);
}

#ifdef __linux__
#include <pthread.h>
#include <sched.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static int core_count, cores[2];

/* Must run before a thread is bound. */
static void find_cores(void) {
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return;
    for (int number = 0; number < CPU_SETSIZE && core_count < 2; number++) {
        if (CPU_ISSET(number, &allowed)) cores[core_count++] = number;
    }
}

void certauth_pin(int process, enum certauth_core core) {
    cpu_set_t chosen;
    pthread_once(&once, find_cores);
    if (core_count < 2) return;
    CPU_ZERO(&chosen);
    CPU_SET(cores[core], &chosen);
    sched_setaffinity(process, sizeof chosen, &chosen);
}
#else
void certauth_pin(int process, enum certauth_core core) { (void)process, (void)core; }
#endif
