"""OCSP responses as `openssl ocsp` checks them, at a moment of choice."""

from ctypes import byref, c_int, c_long, c_void_p
from datetime import datetime

import calls

GOOD = 0


def response_refusal(
    content: bytes, leaf: int, issuer: int, store: int, pool: list[int], now: datetime
) -> str | None:
    """None if the response says at `now` that the leaf is good."""
    response = calls.read(calls.d2i_response, content)
    if not response:
        return "malformed response"
    try:
        status = calls.response_status(response)
        if status != 0:
            return f"response status {status}"
        basic = calls.response_basic(response)
        if not basic:
            return "no basic response"
        try:
            return basic_refusal(basic, leaf, issuer, store, pool, now)
        finally:
            calls.basic_free(basic)
    finally:
        calls.response_free(response)


def basic_refusal(basic: int, leaf: int, issuer: int, store: int, pool: list[int], now: datetime) -> str | None:
    calls.param_time(calls.store_param(store), int(now.timestamp()))
    calls.param_flags(calls.store_param(store), calls.PARTIAL_CHAIN)
    known = calls.stack_new()
    for certificate in [issuer, *pool]:
        calls.stack_push(known, certificate)
    try:
        if calls.basic_verify(basic, known, store, 0) != 1:
            return "the response's signer is not authorized"
    finally:
        calls.stack_free(known)
    for number in range(calls.basic_count(basic)):
        single = calls.basic_single(basic, number)
        if is_about(calls.single_id(single), leaf, issuer):
            return single_refusal(single, now)
    return "no answer about the certificate"


def is_about(identifier: int, leaf: int, issuer: int) -> bool:
    algorithm = c_void_p()
    calls.id_info(None, byref(algorithm), None, None, identifier)
    digest = calls.digest_named(calls.nid_name(calls.object_nid(algorithm)))
    if not digest:
        return False
    own = calls.id_make(digest, leaf, issuer)
    same = calls.id_compare(own, identifier) == 0
    calls.id_free(own)
    return same


def single_refusal(single: int, now: datetime) -> str | None:
    reason, revoked, start, end = c_int(), c_void_p(), c_void_p(), c_void_p()
    status = calls.single_status(single, byref(reason), byref(revoked), byref(start), byref(end))
    moment = c_long(int(now.timestamp()))
    if calls.compare_time(start, byref(moment)) > 0:
        return "not yet valid"
    if end and calls.compare_time(end, byref(moment)) < 0:
        return "the answer has ended"
    return None if status == GOOD else f"status {status}"
