// SPDX-License-Identifier: Apache-2.0
// The clients: blocking sockets, four threads on their own core. They use the certificates in turn. Their CPU time is not
// counted.
#define _GNU_SOURCE
#include "load.h"
#include "core.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* How many connections share a source address. */
enum { SOURCE_PORTS = 8000 };

static const char request[] = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

/* Stores the session of a received ticket in the place that the connection names. */
static int keep_session(SSL *tls, SSL_SESSION *session) {
    SSL_SESSION **place = SSL_get_app_data(tls);
    if (place == NULL) return 0;
    SSL_SESSION_free(*place);
    *place = session;
    return 1;
}

static X509 *decode(const uint8_t *der, size_t length) { return d2i_X509(NULL, &der, (long)length); }

certauth_load *certauth_load_new(uint16_t port, const uint8_t *root, size_t root_length) {
    certauth_load *load = calloc(1, sizeof *load);
    /* A server may close a connection while a client writes. */
    signal(SIGPIPE, SIG_IGN);
    X509 *anchor = decode(root, root_length);
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (load == NULL || anchor == NULL || context == NULL) return NULL;
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), anchor);
    X509_free(anchor);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, keep_session);
    load->port = port;
    load->context = context;
    return load;
}

int certauth_load_add(certauth_load *load, const uint8_t *leaf, size_t leaf_length, const uint8_t *issuer,
    size_t issuer_length, const uint8_t *key, size_t key_length) {
    if (load->identity_count == IDENTITIES) return 0;
    struct identity *identity = &load->identities[load->identity_count++];
    identity->leaf = decode(leaf, leaf_length);
    identity->issuer = decode(issuer, issuer_length);
    identity->key = d2i_AutoPrivateKey(NULL, &key, (long)key_length);
    return identity->leaf != NULL && identity->issuer != NULL && identity->key != NULL;
}

void certauth_load_hang_up(SSL *tls) {
    if (tls == NULL) return;
    int socket = SSL_get_fd(tls);
    SSL_shutdown(tls);
    SSL_free(tls);
    close(socket);
}

SSL *certauth_load_dial(certauth_load *load, int number, SSL_SESSION **session) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(load->port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int one = 1, connected = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(connected, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (load->is_spread) {
        struct sockaddr_in source = {.sin_family = AF_INET,
            .sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + (uint32_t)number / SOURCE_PORTS)};
#ifdef IP_BIND_ADDRESS_NO_PORT
        setsockopt(connected, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
#endif
        if (bind(connected, (struct sockaddr *)&source, sizeof source) != 0) {
            close(connected);
            return NULL;
        }
    }
    SSL *tls = SSL_new(load->context);
    if (load->is_http2) SSL_set_alpn_protos(tls, (const unsigned char *)"\x02h2", 3);
    SSL_set_fd(tls, connected);
    SSL_set_tlsext_host_name(tls, "localhost");
    if (load->identity_count > 0) {
        struct identity *identity = &load->identities[number % load->identity_count];
        SSL_use_certificate(tls, identity->leaf);
        SSL_add1_chain_cert(tls, identity->issuer);
        SSL_use_PrivateKey(tls, identity->key);
    }
    SSL_set_app_data(tls, session);
    if (session != NULL && *session != NULL) SSL_set_session(tls, *session);
    if (connect(connected, (struct sockaddr *)&address, sizeof address) != 0 || SSL_connect(tls) != 1) {
        certauth_load_hang_up(tls);
        return NULL;
    }
    return tls;
}

/* The response must have a Content-Length. */
int certauth_load_ask(SSL *tls) {
    char text[4096];
    size_t length = 0;
    if (SSL_write(tls, request, sizeof request - 1) <= 0) return 0;
    while (length < sizeof text - 1) {
        int count = SSL_read(tls, text + length, (int)(sizeof text - 1 - length));
        if (count <= 0) return 0;
        length += (size_t)count;
        text[length] = '\0';
        char *end = strstr(text, "\r\n\r\n"), *field = strcasestr(text, "\r\nContent-Length:");
        if (end == NULL || field == NULL) continue;
        size_t body = strtoul(field + 17, NULL, 10);
        if (length >= (size_t)(end + 4 - text) + body) return strncmp(text, "HTTP/1.1 200", 12) == 0;
    }
    return 0;
}

static void *run(void *argument) {
    struct share *share = argument;
    certauth_pin(0, CERTAUTH_CLIENT_CORE);
    share->successes = share->work(share);
    return NULL;
}

int certauth_load_divide(certauth_load *load, int count, int offset, int (*work)(struct share *)) {
    pthread_t threads[THREADS];
    struct share shares[THREADS];
    int successes = 0, first = offset;
    for (int index = 0; index < THREADS; index++) {
        int own = count / THREADS + (index < count % THREADS);
        shares[index] = (struct share){load, first, own, 0, index, work};
        first += own;
        pthread_create(&threads[index], NULL, run, &shares[index]);
    }
    for (int index = 0; index < THREADS; index++) {
        pthread_join(threads[index], NULL);
        successes += shares[index].successes;
    }
    return successes;
}

static int shake_hands(struct share *share) {
    int successes = 0;
    for (int index = 0; index < share->count; index++) {
        SSL *tls = certauth_load_dial(share->load, share->first + index, NULL);
        successes += tls != NULL && certauth_load_ask(tls);
        certauth_load_hang_up(tls);
    }
    return successes;
}

static int resume(struct share *share) {
    int successes = 0;
    SSL_SESSION **session = &share->load->sessions[share->index];
    for (int index = 0; index < share->count; index++) {
        SSL *tls = certauth_load_dial(share->load, share->index, session);
        successes += tls != NULL && certauth_load_ask(tls) && SSL_session_reused(tls) == 1;
        certauth_load_hang_up(tls);
    }
    return successes;
}

static int request_on_kept(struct share *share) {
    int successes = 0;
    for (int index = 0; index < share->count; index++) {
        successes += certauth_load_ask(share->load->kept[share->index * (KEPT / THREADS) + index % (KEPT / THREADS)]);
    }
    return successes;
}

int certauth_load_handshakes(certauth_load *load, int count, int offset) {
    return certauth_load_divide(load, count, offset, shake_hands);
}

int certauth_load_resumptions(certauth_load *load, int count) {
    for (int index = 0; index < THREADS; index++) {
        if (load->sessions[index] != NULL) continue;
        SSL *tls = certauth_load_dial(load, index, &load->sessions[index]);
        int is_answered = tls != NULL && certauth_load_ask(tls);
        certauth_load_hang_up(tls);
        if (!is_answered) return 0;
    }
    return certauth_load_divide(load, count, 0, resume);
}

int certauth_load_requests(certauth_load *load, int count) {
    for (; load->kept_count < KEPT; load->kept_count++) {
        if ((load->kept[load->kept_count] = certauth_load_dial(load, load->kept_count, NULL)) == NULL) return 0;
    }
    return certauth_load_divide(load, count, 0, request_on_kept);
}

int certauth_load_hold(certauth_load *load, int count) {
    load->held = realloc(load->held, (size_t)(load->held_count + count) * sizeof *load->held);
    for (int index = 0; index < count && load->held != NULL; index++) {
        SSL *tls = certauth_load_dial(load, load->held_count, NULL);
        if (tls == NULL) break;
        load->held[load->held_count++] = tls;
        if (!certauth_load_ask(tls)) break;
    }
    return load->held_count;
}

void certauth_load_free(certauth_load *load) {
    if (load == NULL) return;
    for (int index = 0; index < load->kept_count; index++) certauth_load_hang_up(load->kept[index]);
    for (int index = 0; index < load->held_count; index++) certauth_load_hang_up(load->held[index]);
    for (int index = 0; index < THREADS; index++) SSL_SESSION_free(load->sessions[index]);
    for (int index = 0; index < load->identity_count; index++) {
        X509_free(load->identities[index].leaf);
        X509_free(load->identities[index].issuer);
        EVP_PKEY_free(load->identities[index].key);
    }
    SSL_CTX_free(load->context);
    for (int index = 0; index < load->member_count; index++) certauth_load_hang_up(load->members[index].tls);
    free(load->held);
    free(load->members);
    free(load);
}
