// SPDX-License-Identifier: Apache-2.0
// A server as in OpenSSL's documentation: X509_verify_cert in each full handshake, without a cache.
#define _GNU_SOURCE
#include "server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { REQUEST_LIMIT = 2048, EVENTS = 64 };

struct connection {
    int socket;
    int is_open;
    size_t length;
    SSL *tls;
    char request[REQUEST_LIMIT];
};

static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello";

static SSL_CTX *server_context(const char *chain, const char *key, const char *root, int issues_tickets) {
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (context == NULL || SSL_CTX_use_certificate_chain_file(context, chain) != 1
        || SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1) {
        return NULL;
    }
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_session_id_context(context, (const unsigned char *)"bench", 5);
    SSL_CTX_set_num_tickets(context, issues_tickets ? 1 : 0);
    if (!issues_tickets) SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    if (root == NULL) return context;
    if (SSL_CTX_load_verify_locations(context, root, NULL) != 1) return NULL;
    SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(root));
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
    return context;
}

static int wants_more(SSL *tls, int status) {
    int reason = SSL_get_error(tls, status);
    return reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE;
}

/* 1 while the connection is open. */
static int serve(struct connection *connection) {
    if (!connection->is_open) {
        int status = SSL_accept(connection->tls);
        if (status != 1) return wants_more(connection->tls, status);
        connection->is_open = 1;
    }
    for (;;) {
        char *end = connection->request + connection->length;
        int count = SSL_read(connection->tls, end, (int)(REQUEST_LIMIT - 1 - connection->length));
        if (count <= 0) {
            if (wants_more(connection->tls, count)) return 1;
            SSL_shutdown(connection->tls);
            return 0;
        }
        connection->length += (size_t)count;
        connection->request[connection->length] = '\0';
        if (strstr(connection->request, "\r\n\r\n") != NULL) {
            connection->length = 0;
            if (SSL_write(connection->tls, answer, sizeof answer - 1) <= 0) return 0;
        } else if (connection->length == REQUEST_LIMIT - 1) {
            return 0;
        }
    }
}

static void end(struct connection *connection) {
    SSL_free(connection->tls);
    close(connection->socket);
    free(connection);
}

static void accept_all(int listener, int poll, SSL_CTX *context) {
    for (;;) {
        int one = 1, accepted = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
        if (accepted < 0) return;
        setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        struct connection *connection = calloc(1, sizeof *connection);
        if (connection == NULL) abort();
        connection->socket = accepted;
        connection->tls = SSL_new(context);
        SSL_set_fd(connection->tls, accepted);
        SSL_set_accept_state(connection->tls);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
        epoll_ctl(poll, EPOLL_CTL_ADD, accepted, &event);
    }
}

int certauth_server_run(const char *chain, const char *key, const char *root, int issues_tickets,
    void (*started)(uint16_t port)) {
    SSL_CTX *context = server_context(chain, key, root, issues_tickets);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), poll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN}, events[EVENTS];
    if (context == NULL || bind(listener, (struct sockaddr *)&address, length) != 0 || listen(listener, 1024) != 0
        || getsockname(listener, (struct sockaddr *)&address, &length) != 0
        || epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event) != 0) {
        return -1;
    }
    signal(SIGPIPE, SIG_IGN);
    started(ntohs(address.sin_port));
    for (;;) {
        int count = epoll_wait(poll, events, EVENTS, -1);
        for (int index = 0; index < count; index++) {
            struct connection *connection = events[index].data.ptr;
            if (connection == NULL) {
                accept_all(listener, poll, context);
            } else if (!serve(connection)) {
                end(connection);
            }
        }
    }
}
