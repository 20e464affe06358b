// SPDX-License-Identifier: Apache-2.0
// Tells ThreadSanitizer of the slow ways of Swift's Mutex, which are compiled without it into the standard library.
// Without this each contended Mutex is reported as a race; the fast ways are inlined, and known to the sanitizer.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

extern void __tsan_acquire(void *) __attribute__((weak));
extern void __tsan_release(void *) __attribute__((weak));

#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

typedef __attribute__((swiftcall)) void lock_slow_t(uint32_t thread, __attribute__((swift_context)) void *mutex);
typedef __attribute__((swiftcall)) void unlock_slow_t(__attribute__((swift_context)) void *mutex);

lock_slow_t lock_slow __asm__(LOCK_SLOW);
unlock_slow_t unlock_slow __asm__(UNLOCK_SLOW);

__attribute__((swiftcall)) void lock_slow(uint32_t thread, __attribute__((swift_context)) void *mutex) {
    ((lock_slow_t *)dlsym(RTLD_NEXT, LOCK_SLOW))(thread, mutex);
    if (__tsan_acquire) __tsan_acquire(mutex);
}

__attribute__((swiftcall)) void unlock_slow(__attribute__((swift_context)) void *mutex) {
    if (__tsan_release) __tsan_release(mutex);
    ((unlock_slow_t *)dlsym(RTLD_NEXT, UNLOCK_SLOW))(mutex);
}
