// SPDX-License-Identifier: Apache-2.0
// What the system counts of processes and threads, in nanoseconds.
#ifndef CERTAUTH_BENCHMARKS_TIMES_H
#define CERTAUTH_BENCHMARKS_TIMES_H

#include <stdint.h>

/* CPU time that a process has used, this one by number 0; 0 when there is none. */
uint64_t certauth_cpu_time(int process);
/* The same of all children that have ended and been waited for. */
uint64_t certauth_childrens_cpu_time(void);
/* How long the calling thread has been ready to run while others had the cores; 0 where the system does not say. */
uint64_t certauth_wait_for_core(void);

#endif
