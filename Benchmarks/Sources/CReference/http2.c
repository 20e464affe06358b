// SPDX-License-Identifier: Apache-2.0
// HTTP/2 requests, one at a time on each connection (RFC 9113).
#include "load.h"

#include <string.h>

enum { FRAME_HEAD = 9, LONGEST = 16384, WINDOW_PART = 16384 };
enum { DATA = 0, HEADERS = 1, RST_STREAM = 3, SETTINGS = 4, PING = 6, GOAWAY = 7, WINDOW_UPDATE = 8 };
enum { ACK = 0x1, END_STREAM = 0x1, END_HEADERS = 0x4 };

static int read_all(SSL *tls, uint8_t *bytes, size_t length) {
    while (length > 0) {
        int count = SSL_read(tls, bytes, (int)length);
        if (count <= 0) return 0;
        bytes += count;
        length -= (size_t)count;
    }
    return 1;
}

static int write_frame(SSL *tls, uint8_t type, uint8_t flags, uint32_t stream, const uint8_t *payload, size_t length) {
    uint8_t frame[FRAME_HEAD + 64] = {(uint8_t)(length >> 16), (uint8_t)(length >> 8), (uint8_t)length, type, flags,
        (uint8_t)(stream >> 24), (uint8_t)(stream >> 16), (uint8_t)(stream >> 8), (uint8_t)stream};
    if (length > 64) return 0;
    if (length > 0) memcpy(frame + FRAME_HEAD, payload, length);
    return SSL_write(tls, frame, (int)(FRAME_HEAD + length)) > 0;
}

int certauth_http2_begin(struct member *member) {
    static const char preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    return SSL_write(member->tls, preface, sizeof preface - 1) > 0 && write_frame(member->tls, SETTINGS, 0, 0, NULL, 0);
}

/* Whether a header block begins with `:status: 200`, after changes of the table's size (RFC 7541 section 6.3). */
static int is_ok(const uint8_t *block, size_t length) {
    while (length > 0 && (block[0] & 0xE0) == 0x20) block++, length--;
    return length > 0 && block[0] == 0x88;
}

/* The window of the connection is shared by all streams, so it must be enlarged. */
static int received(struct member *member, uint32_t length) {
    member->received += length;
    if (member->received < WINDOW_PART) return 1;
    uint32_t part = member->received;
    uint8_t payload[4] = {(uint8_t)(part >> 24), (uint8_t)(part >> 16), (uint8_t)(part >> 8), (uint8_t)part};
    member->received = 0;
    return write_frame(member->tls, WINDOW_UPDATE, 0, 0, payload, sizeof payload);
}

int certauth_http2_ask(struct member *member) {
    static const uint8_t block[] = {0x82, 0x87, 0x84, 0x41, 9, 'l', 'o', 'c', 'a', 'l', 'h', 'o', 's', 't'};
    uint8_t head[FRAME_HEAD], payload[LONGEST];
    int status = 0;
    member->stream = member->stream == 0 ? 1 : member->stream + 2;
    if (!write_frame(member->tls, HEADERS, END_STREAM | END_HEADERS, member->stream, block, sizeof block)) return 0;
    for (;;) {
        if (!read_all(member->tls, head, sizeof head)) return 0;
        size_t length = (size_t)head[0] << 16 | (size_t)head[1] << 8 | head[2];
        uint32_t stream = ((uint32_t)head[5] << 24 | (uint32_t)head[6] << 16 | (uint32_t)head[7] << 8 | head[8])
            & 0x7FFFFFFF;
        if (length > sizeof payload || !read_all(member->tls, payload, length)) return 0;
        switch (head[3]) {
        case SETTINGS:
            if (!(head[4] & ACK) && !write_frame(member->tls, SETTINGS, ACK, 0, NULL, 0)) return 0;
            break;
        case PING:
            if (!(head[4] & ACK) && !write_frame(member->tls, PING, ACK, 0, payload, length)) return 0;
            break;
        case GOAWAY:
        case RST_STREAM: return 0;
        case HEADERS:
            if (stream == member->stream) status = is_ok(payload, length);
            break;
        case DATA:
            if (!received(member, (uint32_t)length)) return 0;
            break;
        default: break;
        }
        if ((head[3] == HEADERS || head[3] == DATA) && stream == member->stream && (head[4] & END_STREAM)) return status;
    }
}
