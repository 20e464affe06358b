// SPDX-License-Identifier: Apache-2.0
// A function whose instructions callgrind counts. Its name is not mangled, and it is not inlined.
#ifndef CERTAUTH_BENCHMARKS_COUNTED_H
#define CERTAUTH_BENCHMARKS_COUNTED_H

/* Calls `operation` with 0, 1, 2, ...; returns how often it gave 1. */
int certauth_counted(int count, int (*operation)(int index, const void *context), const void *context);

#endif
