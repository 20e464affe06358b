// SPDX-License-Identifier: Apache-2.0
// Servers run on one core and their clients on another, because contenders that share a core disturb each other.
#ifndef CERTAUTH_BENCHMARKS_CORE_H
#define CERTAUTH_BENCHMARKS_CORE_H

enum certauth_core { CERTAUTH_SERVER_CORE = 0, CERTAUTH_CLIENT_CORE = 1 };

/*
 * Binds a process's first thread, and all threads it starts from then on, to the first or second core of those this
 * program may use; 0 is the calling thread. Does nothing if there is only one core.
 */
void certauth_pin(int process, enum certauth_core core);

/* Unblocks all signals in the calling thread. Dispatch blocks them in its threads, and new processes inherit this. */
void certauth_unblock_signals(void);

#endif
