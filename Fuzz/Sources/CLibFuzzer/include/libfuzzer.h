// SPDX-License-Identifier: Apache-2.0
// The entry of libFuzzer for programs with a main function of their own.
#ifndef CERTAUTH_LIBFUZZER_H
#define CERTAUTH_LIBFUZZER_H

#include <stddef.h>
#include <stdint.h>

/* Calls `callback` with inputs until the flags in `arguments` say stop. Mostly it exits instead of returning. */
int LLVMFuzzerRunDriver(
    int *argument_count, char ***arguments, int (*callback)(const uint8_t *bytes, size_t count));

#endif
