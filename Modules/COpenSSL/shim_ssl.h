// SPDX-License-Identifier: Apache-2.0
// libssl: the control macros of SSL_CTX and SSL.
#ifndef CERTAUTH_SHIM_SSL_H
#define CERTAUTH_SHIM_SSL_H

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>

static const uint64_t CA_SSL_OP_NO_COMPRESSION = SSL_OP_NO_COMPRESSION;
static const uint64_t CA_SSL_OP_NO_RENEGOTIATION = SSL_OP_NO_RENEGOTIATION;
static const uint64_t CA_SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION = SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION;
static const uint64_t CA_SSL_OP_NO_EXTENDED_MASTER_SECRET = SSL_OP_NO_EXTENDED_MASTER_SECRET;
static const uint64_t CA_SSL_OP_NO_TICKET = SSL_OP_NO_TICKET;
static const uint64_t CA_SSL_OP_CIPHER_SERVER_PREFERENCE = SSL_OP_CIPHER_SERVER_PREFERENCE;
#ifdef SSL_OP_NO_RX_CERTIFICATE_COMPRESSION
static const uint64_t CA_SSL_OP_NO_RX_CERTIFICATE_COMPRESSION = SSL_OP_NO_RX_CERTIFICATE_COMPRESSION;
#else
// OpenSSL 3.2 brought certificate compression (RFC 8879); a program that was built before may be run on it.
static const uint64_t CA_SSL_OP_NO_RX_CERTIFICATE_COMPRESSION = (uint64_t)1 << 33;
#endif
static const uint64_t CA_SSL_OP_IGNORE_UNEXPECTED_EOF = SSL_OP_IGNORE_UNEXPECTED_EOF;

static inline int CA_SSL_CTX_set_min_proto_version(SSL_CTX *context, int version) {
    return (int)SSL_CTX_set_min_proto_version(context, version);
}
static inline int CA_SSL_CTX_set_max_proto_version(SSL_CTX *context, int version) {
    return (int)SSL_CTX_set_max_proto_version(context, version);
}
static inline int CA_SSL_get_secure_renegotiation_support(SSL *connection) {
    return (int)SSL_get_secure_renegotiation_support(connection);
}
static inline int CA_SSL_set_min_proto_version(SSL *connection, int version) {
    return (int)SSL_set_min_proto_version(connection, version);
}
static inline int CA_SSL_CTX_set1_groups_list(SSL_CTX *context, const char *groups) {
    return (int)SSL_CTX_set1_groups_list(context, groups);
}
static inline int CA_SSL_CTX_add1_chain_cert(SSL_CTX *context, X509 *certificate) {
    return (int)SSL_CTX_add1_chain_cert(context, certificate);
}
static inline void CA_SSL_CTX_set_session_cache_off(SSL_CTX *context) {
    (void)SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}
// Ids are given to clients, and looked up by callback alone: OpenSSL's own cache stays empty.
static inline void CA_SSL_CTX_set_session_cache_external(SSL_CTX *context) {
    (void)SSL_CTX_set_session_cache_mode(
        context, SSL_SESS_CACHE_SERVER | SSL_SESS_CACHE_NO_INTERNAL | SSL_SESS_CACHE_NO_AUTO_CLEAR);
}
static inline int CA_SSL_get_extms_support(SSL *connection) {
    return (int)SSL_get_extms_support(connection);
}
static inline void CA_SSL_CTX_set_max_cert_list(SSL_CTX *context, size_t bytes) {
    (void)SSL_CTX_set_max_cert_list(context, (long)bytes);
}
static inline void CA_SSL_CTX_set_server_mode(SSL_CTX *context) {
    (void)SSL_CTX_set_mode(
        context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}
// In C because OSSL_PARAM keeps pointers to its names, which Swift's strings lend for one call only.
static inline int CA_use_hmac_sha256(EVP_MAC_CTX *context, const uint8_t *key, size_t length) {
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, (void *)key, length),
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 0),
        OSSL_PARAM_construct_end(),
    };
    return EVP_MAC_CTX_set_params(context, parameters);
}
static inline int CA_SSL_CTX_set1_sigalgs_list(SSL_CTX *context, const char *algorithms) {
    return (int)SSL_CTX_set1_sigalgs_list(context, algorithms);
}
static inline void CA_SSL_CTX_set_tlsext_status_cb(SSL_CTX *context, int (*callback)(SSL *, void *)) {
    (void)SSL_CTX_set_tlsext_status_cb(context, callback);
}
// The connection frees its copy with OPENSSL_free, so that it must be allocated by OpenSSL.
static inline int CA_SSL_set1_tlsext_status_ocsp_resp(SSL *connection, const uint8_t *bytes, size_t length) {
    uint8_t *copy = OPENSSL_memdup(bytes, length);
    if (copy == NULL) return 0;
    if (SSL_set_tlsext_status_ocsp_resp(connection, copy, (long)length) == 1) return 1;
    OPENSSL_free(copy);
    return 0;
}
static inline int CA_SSL_request_ocsp_status(SSL *connection) {
    return (int)SSL_set_tlsext_status_type(connection, TLSEXT_STATUSTYPE_ocsp);
}
// The bytes belong to the connection. -1 if there are none.
static inline long CA_SSL_get0_tlsext_status_ocsp_resp(SSL *connection, const uint8_t **bytes) {
    return SSL_get_tlsext_status_ocsp_resp(connection, bytes);
}
static inline int CA_SSL_set_tlsext_host_name(SSL *connection, const char *name) {
    return (int)SSL_set_tlsext_host_name(connection, name);
}

#endif
