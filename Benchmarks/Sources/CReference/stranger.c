// SPDX-License-Identifier: Apache-2.0
// A client that presents given bytes. Its TLS records pass through memory, so that one message can be replaced.
#define _GNU_SOURCE
#include "stranger.h"
#include "times.h"

#include <arpa/inet.h>
#include <malloc.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/provider.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { RECORD = 16384, PATIENCE = 10 };

struct certauth_stranger {
    enum certauth_way way;
    SSL_CTX *context;
    SSL *ssl;
    int socket;
    int has_replaced;
    uint8_t *list;
    size_t list_length;
};

static OSSL_LIB_CTX *undecoding;

/* A certificate whose key is not decoded: the client's own time does not matter, but explicit curves take long. */
static X509 *certificate(const uint8_t *bytes, size_t length) {
    if (undecoding == NULL && (undecoding = OSSL_LIB_CTX_new()) != NULL) OSSL_PROVIDER_load(undecoding, "null");
    X509 *made = X509_new_ex(undecoding, NULL);
    const unsigned char *cursor = bytes;
    if (d2i_X509(&made, &cursor, (long)length) == NULL || cursor != bytes + length) {
        X509_free(made);
        return NULL;
    }
    return made;
}

static int present(certauth_stranger *stranger, const uint8_t *leaf, size_t leaf_length, const uint8_t *key, size_t key_length) {
    const unsigned char *cursor = leaf;
    X509 *own = d2i_X509(NULL, &cursor, (long)leaf_length);
    cursor = key;
    EVP_PKEY *private_key = d2i_AutoPrivateKey(NULL, &cursor, (long)key_length);
    int is_right = own != NULL && private_key != NULL && SSL_CTX_use_certificate(stranger->context, own) == 1
        && SSL_CTX_use_PrivateKey(stranger->context, private_key) == 1;
    X509_free(own);
    EVP_PKEY_free(private_key);
    int is_first = 1;
    for (size_t position = 0; is_right && position + 3 <= stranger->list_length;) {
        const uint8_t *entry = stranger->list + position;
        size_t length = (size_t)entry[0] << 16 | (size_t)entry[1] << 8 | entry[2];
        position += 3 + length;
        if (is_first && stranger->way != CERTAUTH_TLS12_RAW) {
            is_first = 0;
            continue;
        }
        if (stranger->way == CERTAUTH_TLS12_RAW) break;
        X509 *more = certificate(entry + 3, length);
        if (more == NULL || SSL_CTX_add0_chain_cert(stranger->context, more) != 1) {
            X509_free(more);
            is_right = 0;
        }
    }
    return is_right;
}

certauth_stranger *certauth_stranger_new(enum certauth_way way, const uint8_t *list, size_t list_length,
    const uint8_t *leaf, size_t leaf_length, const uint8_t *key, size_t key_length) {
    certauth_stranger *stranger = certauth_stranger_plain();
    if (stranger == NULL) return NULL;
    stranger->way = way;
    stranger->list = malloc(list_length + 1);
    memcpy(stranger->list, list, list_length);
    stranger->list_length = list_length;
    stranger->context = SSL_CTX_new(TLS_client_method());
    int version = way == CERTAUTH_TLS13 || way == CERTAUTH_TLS13_LATE ? TLS1_3_VERSION : TLS1_2_VERSION;
    SSL_CTX_set_security_level(stranger->context, 0);
    SSL_CTX_set_min_proto_version(stranger->context, version);
    SSL_CTX_set_max_proto_version(stranger->context, version);
    SSL_CTX_set_mode(stranger->context, SSL_MODE_NO_AUTO_CHAIN);
    SSL_CTX_set_verify(stranger->context, SSL_VERIFY_NONE, NULL);
    SSL_CTX_set_post_handshake_auth(stranger->context, 1);
    if (!present(stranger, leaf, leaf_length, key, key_length)) {
        certauth_stranger_free(stranger);
        return NULL;
    }
    return stranger;
}

certauth_stranger *certauth_stranger_plain(void) {
    certauth_stranger *stranger = calloc(1, sizeof *stranger);
    if (stranger != NULL) stranger->socket = -1;
    return stranger;
}

static int connected(certauth_stranger *stranger, uint16_t port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct timeval patience = {.tv_sec = PATIENCE};
    certauth_stranger_leave(stranger);
    stranger->socket = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(stranger->socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(stranger->socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    return connect(stranger->socket, (struct sockaddr *)&address, sizeof address) == 0;
}

static int send_all(int socket, const uint8_t *bytes, size_t length) {
    while (length > 0) {
        ssize_t sent = send(socket, bytes, length, MSG_NOSIGNAL);
        if (sent <= 0) return 0;
        bytes += sent;
        length -= (size_t)sent;
    }
    return 1;
}

/* The Certificate message in records of TLS 1.2. */
static int send_list(certauth_stranger *stranger) {
    size_t length = stranger->list_length, total = length + 7, position = 0;
    uint8_t *message = malloc(total);
    uint8_t head[] = {11, (uint8_t)((length + 3) >> 16), (uint8_t)((length + 3) >> 8), (uint8_t)(length + 3),
        (uint8_t)(length >> 16), (uint8_t)(length >> 8), (uint8_t)length};
    memcpy(message, head, sizeof head);
    memcpy(message + sizeof head, stranger->list, length);
    int is_sent = 1;
    while (is_sent && position < total) {
        size_t part = total - position < RECORD ? total - position : RECORD;
        uint8_t record[] = {22, 3, 3, (uint8_t)(part >> 8), (uint8_t)part};
        is_sent = send_all(stranger->socket, record, sizeof record)
            && send_all(stranger->socket, message + position, part);
        position += part;
    }
    free(message);
    return is_sent;
}

/* Sends the bytes that OpenSSL has written, with our Certificate message if that is the way. */
static int flush_output(certauth_stranger *stranger) {
    char *bytes = NULL;
    BIO *output = SSL_get_wbio(stranger->ssl);
    size_t length = (size_t)BIO_get_mem_data(output, &bytes), position = 0;
    int is_sent = 1;
    while (is_sent && position + 5 <= length) {
        const uint8_t *record = (const uint8_t *)bytes + position;
        size_t size = 5 + ((size_t)record[3] << 8 | record[4]);
        int is_list = record[0] == 22 && size > 5 && record[5] == 11;
        if (stranger->way == CERTAUTH_TLS12_RAW && !stranger->has_replaced && is_list) {
            stranger->has_replaced = 1;
            is_sent = send_list(stranger);
        } else {
            is_sent = send_all(stranger->socket, record, size);
        }
        position += size;
    }
    (void)BIO_reset(output);
    return is_sent;
}

/* Passes the server's bytes to OpenSSL; 0 if the server has closed the connection. */
static int take_input(certauth_stranger *stranger) {
    uint8_t bytes[RECORD];
    ssize_t count = recv(stranger->socket, bytes, sizeof bytes, 0);
    return count > 0 && BIO_write(SSL_get_rbio(stranger->ssl), bytes, (int)count) == count;
}

static int status_of(const char *answer) { return strncmp(answer, "HTTP/1.1 ", 9) == 0 ? atoi(answer + 9) : 0; }

static int alert_of_error(void) {
    unsigned long error;
    while ((error = ERR_get_error()) != 0) {
        int reason = ERR_GET_REASON(error);
        if (ERR_GET_LIB(error) == ERR_LIB_SSL && reason > 1000 && reason < 1256) return reason;
    }
    return 0;
}

static int meet(certauth_stranger *stranger, uint16_t port, const char *request) {
    if (!connected(stranger, port)) return 0;
    stranger->has_replaced = 0;
    stranger->ssl = SSL_new(stranger->context);
    SSL_set_bio(stranger->ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_tlsext_host_name(stranger->ssl, "localhost");
    SSL_set_connect_state(stranger->ssl);
    char answer[4096] = "";
    int has_asked = 0, is_open = 1;
    for (int turn = 0; turn < 1000; turn++) {
        ERR_clear_error();
        int status;
        if (!SSL_is_init_finished(stranger->ssl) && !has_asked) status = SSL_do_handshake(stranger->ssl);
        else if (!has_asked) {
            has_asked = 1;
            status = SSL_write(stranger->ssl, request, (int)strlen(request));
        } else {
            status = SSL_read(stranger->ssl, answer, sizeof answer - 1);
            if (status > 0) {
                (void)flush_output(stranger);
                return status_of(answer);
            }
        }
        int reason = status > 0 ? SSL_ERROR_NONE : SSL_get_error(stranger->ssl, status);
        int alert = reason == SSL_ERROR_SSL ? alert_of_error() : 0;
        /* A server that refuses early closes its side: only its alert matters, not the bytes that could not be sent. */
        (void)flush_output(stranger);
        if (alert != 0) return alert;
        if (reason == SSL_ERROR_NONE) continue;
        /* Certificates whose keys are not decoded leave errors in the queue that do not matter. */
        if (!SSL_want_read(stranger->ssl) || !is_open) return 0;
        is_open = take_input(stranger);
    }
    return 0;
}

int certauth_stranger_meet(certauth_stranger *stranger, uint16_t port, const char *request) {
    int answer = meet(stranger, port, request);
    /* The socket stays open. The memory of the client's own TLS must not count as the server's. */
    SSL_free(stranger->ssl);
    stranger->ssl = NULL;
    return answer;
}

size_t certauth_stranger_hello(uint8_t *bytes, size_t capacity) {
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL *ssl = SSL_new(context);
    SSL_set_bio(ssl, BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_tlsext_host_name(ssl, "localhost");
    SSL_set_connect_state(ssl);
    (void)SSL_do_handshake(ssl);
    ERR_clear_error();
    int count = BIO_read(SSL_get_wbio(ssl), bytes, (int)capacity);
    SSL_free(ssl);
    SSL_CTX_free(context);
    return count > 0 ? (size_t)count : 0;
}

int certauth_stranger_send(certauth_stranger *stranger, uint16_t port, const uint8_t *bytes, size_t length) {
    char answer[4096] = "";
    if (!connected(stranger, port)) return 0;
    (void)send_all(stranger->socket, bytes, length);
    ssize_t count = recv(stranger->socket, answer, sizeof answer - 1, 0);
    if (count >= 7 && answer[0] == 21) return 1000 + (uint8_t)answer[6];
    if (count >= 1 && answer[0] == 22) return 1;
    return count > 0 ? status_of(answer) : 0;
}

void certauth_stranger_leave(certauth_stranger *stranger) {
    SSL_free(stranger->ssl);
    stranger->ssl = NULL;
    if (stranger->socket >= 0) close(stranger->socket);
    stranger->socket = -1;
}

void certauth_stranger_free(certauth_stranger *stranger) {
    if (stranger == NULL) return;
    certauth_stranger_leave(stranger);
    SSL_CTX_free(stranger->context);
    free(stranger->list);
    free(stranger);
}

uint64_t certauth_others_cpu_time(void) {
    struct timespec time;
    uint64_t process = certauth_cpu_time(0);
    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) != 0) return 0;
    return process - ((uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec);
}

void certauth_sha256(const uint8_t *bytes, size_t length, uint8_t *digest) {
    (void)EVP_Digest(bytes, length, digest, NULL, EVP_sha256(), NULL);
}

void certauth_pause(int milliseconds) { usleep((useconds_t)milliseconds * 1000); }

size_t certauth_allocated(void) {
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

void certauth_count_allocations(void) { mallopt(M_ARENA_MAX, 1); }
