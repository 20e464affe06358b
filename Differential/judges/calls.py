"""The functions of libcrypto that the judges call."""

import ctypes
import ctypes.util
from ctypes import byref, c_char_p, c_int, c_long, c_ulong, c_void_p

PARTIAL_CHAIN = 0x80000

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
stack_value = function("OPENSSL_sk_value", c_void_p, c_void_p, c_int)
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
store_param = function("X509_STORE_get0_param", c_void_p, c_void_p)
compare_time = function("X509_cmp_time", c_int, c_void_p, c_void_p)
d2i_response = function("d2i_OCSP_RESPONSE", c_void_p, c_void_p, c_void_p, c_long)
response_free = function("OCSP_RESPONSE_free", None, c_void_p)
response_status = function("OCSP_response_status", c_int, c_void_p)
response_basic = function("OCSP_response_get1_basic", c_void_p, c_void_p)
basic_free = function("OCSP_BASICRESP_free", None, c_void_p)
basic_verify = function("OCSP_basic_verify", c_int, c_void_p, c_void_p, c_void_p, c_ulong)
basic_count = function("OCSP_resp_count", c_int, c_void_p)
basic_single = function("OCSP_resp_get0", c_void_p, c_void_p, c_int)
single_id = function("OCSP_SINGLERESP_get0_id", c_void_p, c_void_p)
single_status = function("OCSP_single_get0_status", c_int, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p)
id_info = function("OCSP_id_get0_info", c_int, c_void_p, c_void_p, c_void_p, c_void_p, c_void_p)
id_make = function("OCSP_cert_to_id", c_void_p, c_void_p, c_void_p, c_void_p)
id_compare = function("OCSP_id_cmp", c_int, c_void_p, c_void_p)
id_free = function("OCSP_CERTID_free", None, c_void_p)
object_nid = function("OBJ_obj2nid", c_int, c_void_p)
nid_name = function("OBJ_nid2sn", c_char_p, c_int)
digest_named = function("EVP_get_digestbyname", c_void_p, c_char_p)


def read(reader: ctypes._CFuncPtr, content: bytes) -> int | None:
    """The object of `content`; None if it can't be read or bytes follow."""
    start = ctypes.cast(c_char_p(content), c_void_p)
    place = c_void_p(start.value)
    found = reader(None, byref(place), len(content))
    return found if found and place.value - start.value == len(content) else None
