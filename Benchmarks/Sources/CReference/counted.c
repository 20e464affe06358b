// SPDX-License-Identifier: Apache-2.0
// The counted loop.
#include "counted.h"

int certauth_counted(int count, int (*operation)(int index, const void *context), const void *context) {
    int successes = 0;
    for (int index = 0; index < count; index++) successes += operation(index, context);
    return successes;
}
