// SPDX-License-Identifier: Apache-2.0
// Times of processes and threads, in nanoseconds.
#ifndef CERTAUTH_BENCHMARKS_TIMES_H
#define CERTAUTH_BENCHMARKS_TIMES_H

#include <stdint.h>

/* CPU time that a process has used; process 0 is this one. 0 if there is no such process. */
uint64_t certauth_cpu_time(int process);
/* The same for all children that have ended and been waited for. */
uint64_t certauth_childrens_cpu_time(void);
/* CPU time of the calling thread. */
uint64_t certauth_thread_cpu_time(void);
/* How long the calling thread was ready to run while other threads used the cores; 0 if the system does not tell. */
uint64_t certauth_wait_for_core(void);

#endif
