// SPDX-License-Identifier: Apache-2.0
// The entry of libFuzzer for programs with a main function of their own.
#ifndef CERTAUTH_LIBFUZZER_H
#define CERTAUTH_LIBFUZZER_H

#include <stddef.h>
#include <stdint.h>

/* Calls `callback` with inputs until the flags in `arguments` say stop. Mostly it exits instead of returning. */
int LLVMFuzzerRunDriver(
    int *argument_count, char ***arguments, int (*callback)(const uint8_t *bytes, size_t count));

/* Of LeakSanitizer; absent without -fsanitize=address. */
__attribute__((weak)) void __lsan_disable(void);
__attribute__((weak)) void __lsan_enable(void);

/* What this thread allocates until `fuzz_setup_did_end` is kept for the life of the process and no leak. */
static inline void fuzz_setup_will_begin(void) {
    if (__lsan_disable) __lsan_disable();
}

static inline void fuzz_setup_did_end(void) {
    if (__lsan_enable) __lsan_enable();
}

#endif
