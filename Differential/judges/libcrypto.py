"""libcrypto's `X509_verify_cert`, as `openssl verify -partial_chain -purpose sslclient` asks it, with OCSP beside it."""

import ctypes
import ctypes.util
from ctypes import byref, c_char_p, c_int, c_long, c_ulong, c_void_p

from protocol import decoded, moment, serve

USE_CHECK_TIME, CRL_CHECK, CRL_CHECK_ALL, POLICY_CHECK = 0x2, 0x4, 0x8, 0x80
EXPLICIT_POLICY, INHIBIT_ANY, INHIBIT_MAP = 0x100, 0x200, 0x400
EXTENDED_CRL_SUPPORT, USE_DELTAS, PARTIAL_CHAIN, TRUSTED_FIRST = 0x1000, 0x2000, 0x80000, 0x8000
SSL_CLIENT = 1

crypto = ctypes.CDLL(ctypes.util.find_library("crypto"))


def function(name: str, result: object, *arguments: object) -> ctypes._CFuncPtr:
    found = getattr(crypto, name)
    found.restype, found.argtypes = result, arguments
    return found


d2i_x509 = function("d2i_X509", c_void_p, c_void_p, c_void_p, c_long)
d2i_crl = function("d2i_X509_CRL", c_void_p, c_void_p, c_void_p, c_long)
x509_free = function("X509_free", None, c_void_p)
crl_free = function("X509_CRL_free", None, c_void_p)
stack_new = function("OPENSSL_sk_new_null", c_void_p)
stack_push = function("OPENSSL_sk_push", c_int, c_void_p, c_void_p)
stack_free = function("OPENSSL_sk_free", None, c_void_p)
store_new = function("X509_STORE_new", c_void_p)
store_add = function("X509_STORE_add_cert", c_int, c_void_p, c_void_p)
store_free = function("X509_STORE_free", None, c_void_p)
context_new = function("X509_STORE_CTX_new", c_void_p)
context_init = function("X509_STORE_CTX_init", c_int, c_void_p, c_void_p, c_void_p, c_void_p)
context_free = function("X509_STORE_CTX_free", None, c_void_p)
context_param = function("X509_STORE_CTX_get0_param", c_void_p, c_void_p)
context_crls = function("X509_STORE_CTX_set0_crls", None, c_void_p, c_void_p)
context_error = function("X509_STORE_CTX_get_error", c_int, c_void_p)
context_depth = function("X509_STORE_CTX_get_error_depth", c_int, c_void_p)
context_chain = function("X509_STORE_CTX_get0_chain", c_void_p, c_void_p)
error_text = function("X509_verify_cert_error_string", c_char_p, c_long)
param_time = function("X509_VERIFY_PARAM_set_time", None, c_void_p, ctypes.c_int64)
param_flags = function("X509_VERIFY_PARAM_set_flags", c_int, c_void_p, c_ulong)
param_purpose = function("X509_VERIFY_PARAM_set_purpose", c_int, c_void_p, c_int)
param_depth = function("X509_VERIFY_PARAM_set_depth", None, c_void_p, c_int)
param_level = function("X509_VERIFY_PARAM_set_auth_level", None, c_void_p, c_int)
param_policy = function("X509_VERIFY_PARAM_add0_policy", c_int, c_void_p, c_void_p)
object_of = function("OBJ_txt2obj", c_void_p, c_char_p, c_int)
verify = function("X509_verify_cert", c_int, c_void_p)


def read(reader: ctypes._CFuncPtr, content: bytes) -> int | None:
    """The object of `content`; None if it can't be read or bytes follow."""
    start = ctypes.cast(c_char_p(content), c_void_p)
    place = c_void_p(start.value)
    found = reader(None, byref(place), len(content))
    return found if found and place.value - start.value == len(content) else None


class Question:
    """The objects of one case, freed at its end."""

    def __init__(self, case: dict) -> None:
        self.case = case
        self.leaf = read(d2i_x509, decoded([case["peer_certificate"]])[0])
        self.anchors = [one for one in map(lambda der: read(d2i_x509, der), decoded(case["trusted_certs"])) if one]
        self.pool = [one for one in map(lambda der: read(d2i_x509, der), decoded(case["untrusted_intermediates"])) if one]
        self.lists = [one for one in map(lambda der: read(d2i_crl, der), decoded(case["crls"])) if one]
        self.store, self.context = store_new(), context_new()
        self.untrusted, self.crls = stack_new(), stack_new()
        for anchor in self.anchors:
            store_add(self.store, anchor)
        for certificate in self.pool:
            stack_push(self.untrusted, certificate)
        for crl in self.lists:
            stack_push(self.crls, crl)

    def __enter__(self) -> "Question":
        return self

    def __exit__(self, *_: object) -> None:
        context_free(self.context)
        store_free(self.store)
        stack_free(self.untrusted)
        stack_free(self.crls)
        for certificate in [self.leaf, *self.anchors, *self.pool]:
            if certificate:
                x509_free(certificate)
        for crl in self.lists:
            crl_free(crl)

    def refusal(self) -> str | None:
        if not self.leaf:
            return "malformed"
        if not context_init(self.context, self.store, self.leaf, self.untrusted):
            return "no context"
        context_crls(self.context, self.crls)
        self.configure(context_param(self.context))
        if verify(self.context) == 1:
            return None
        error = context_error(self.context)
        return f"{error_text(error).decode()} ({error}) at {context_depth(self.context)}"

    def configure(self, param: int) -> None:
        case = self.case
        flags = PARTIAL_CHAIN | TRUSTED_FIRST
        if case["revocation"] in ("crl-leaf", "crl-all"):
            flags |= CRL_CHECK | EXTENDED_CRL_SUPPORT | USE_DELTAS
            flags |= CRL_CHECK_ALL if case["revocation"] == "crl-all" else 0
        flags |= EXPLICIT_POLICY if case.get("initial_explicit_policy") else 0
        flags |= INHIBIT_ANY if case.get("initial_inhibit_any_policy") else 0
        flags |= INHIBIT_MAP if case.get("initial_policy_mapping_inhibit") else 0
        for policy in case.get("initial_policy_set", []):
            param_policy(param, object_of(policy.encode(), 1))
        # Without this flag policies are not processed at all.
        param_flags(param, flags | POLICY_CHECK)
        param_time(param, int(moment(case).timestamp()))
        param_purpose(param, SSL_CLIENT)
        param_level(param, 2)
        if case["max_chain_depth"] is not None:
            param_depth(param, case["max_chain_depth"])


def judge(case: dict) -> str | None:
    with Question(case) as question:
        return question.refusal()


if __name__ == "__main__":
    serve(judge)
