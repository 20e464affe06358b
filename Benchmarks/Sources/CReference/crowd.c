// SPDX-License-Identifier: Apache-2.0
// Many connections of one server that stay open: idle ones, or requests over all of them in turn.
#define _GNU_SOURCE
#include "growth.h"
#include "load.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>

int certauth_raise_descriptors(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    return limit.rlim_cur > 1000000000 ? 1000000000 : (int)limit.rlim_cur;
}

static int ask_member(certauth_load *load, struct member *member) {
    if (member->tls == NULL) return 0;
    return load->is_http2 ? certauth_http2_ask(member) : certauth_load_ask(member->tls);
}

/* 1 while the server has not closed the connection. */
static int is_alive(const certauth_load *load, SSL *tls) {
    char byte;
    if (tls == NULL) return 0;
    ssize_t count = recv(SSL_get_fd(tls), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (count < 0) return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    /* Over HTTP/1.1 a server sends nothing between responses but its close_notify. */
    return count > 0 && load->is_http2;
}

/* Opens the members of this thread's share that are not open. */
static int open_members(struct share *share) {
    int successes = 0;
    for (int index = 0; index < share->count; index++) {
        int number = share->first + index;
        struct member *member = &share->load->members[number];
        if (!is_alive(share->load, member->tls)) {
            certauth_load_hang_up(member->tls);
            *member = (struct member){.tls = certauth_load_dial(share->load, number, NULL)};
            if (member->tls == NULL) continue;
            if (share->load->is_http2 && !certauth_http2_begin(member)) continue;
            if (!ask_member(share->load, member)) continue;
        }
        successes++;
    }
    return successes;
}

static int ask_members(struct share *share) {
    certauth_load *load = share->load;
    int successes = 0, *cursor = &load->cursors[share->index];
    for (int index = 0; index < share->count; index++) {
        int number = share->index + THREADS * *cursor;
        if (number >= load->member_count) number = share->index, *cursor = 0;
        *cursor += 1;
        successes += ask_member(load, &load->members[number]);
    }
    return successes;
}

int certauth_crowd_open(certauth_load *load, int count, int is_http2) {
    if (count > load->member_count) {
        struct member *members = realloc(load->members, (size_t)count * sizeof *members);
        if (members == NULL) return 0;
        for (int index = load->member_count; index < count; index++) members[index] = (struct member){0};
        load->members = members;
        load->member_count = count;
    }
    load->is_spread = 1;
    load->is_http2 = is_http2;
    return certauth_load_divide(load, count, 0, open_members);
}

int certauth_crowd_alive(certauth_load *load) {
    int count = 0;
    for (int index = 0; index < load->member_count; index++) count += is_alive(load, load->members[index].tls);
    return count;
}

int certauth_crowd_requests(certauth_load *load, int count) {
    if (load->member_count < THREADS) return 0;
    return certauth_load_divide(load, count, 0, ask_members);
}
