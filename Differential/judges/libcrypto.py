"""libcrypto's `X509_verify_cert`, as `openssl verify -partial_chain -purpose sslclient` asks it, and its OCSP."""

import calls
from calls import PARTIAL_CHAIN, d2i_crl, d2i_x509, read
from libcrypto_ocsp import response_refusal
from protocol import decoded, moment, serve

CRL_CHECK, CRL_CHECK_ALL, POLICY_CHECK = 0x4, 0x8, 0x80
EXPLICIT_POLICY, INHIBIT_ANY, INHIBIT_MAP = 0x100, 0x200, 0x400
EXTENDED_CRL_SUPPORT, USE_DELTAS, TRUSTED_FIRST = 0x1000, 0x2000, 0x8000
SSL_CLIENT = 1
# Without a set of its own the library demands no policy, but then finds none acceptable either.
ANY_POLICY = "2.5.29.32.0"

def readable(reader: object, texts: list[str]) -> list[int]:
    return [one for one in (read(reader, content) for content in decoded(texts)) if one]


class Question:
    """The objects of one case, freed at its end."""

    def __init__(self, case: dict) -> None:
        self.case = case
        self.leaf = read(d2i_x509, decoded([case["peer_certificate"]])[0])
        self.anchors = readable(d2i_x509, case["trusted_certs"])
        self.pool = readable(d2i_x509, case["untrusted_intermediates"])
        self.lists = readable(d2i_crl, case["crls"])
        self.store, self.context = calls.store_new(), calls.context_new()
        self.untrusted, self.crls = calls.stack_new(), calls.stack_new()
        for anchor in self.anchors:
            calls.store_add(self.store, anchor)
        for certificate in self.pool:
            calls.stack_push(self.untrusted, certificate)
        for crl in self.lists:
            calls.stack_push(self.crls, crl)

    def __enter__(self) -> "Question":
        return self

    def __exit__(self, *_: object) -> None:
        calls.context_free(self.context)
        calls.store_free(self.store)
        calls.stack_free(self.untrusted)
        calls.stack_free(self.crls)
        for certificate in [self.leaf, *self.anchors, *self.pool]:
            if certificate:
                calls.x509_free(certificate)
        for crl in self.lists:
            calls.crl_free(crl)

    def refusal(self) -> str | None:
        if not self.leaf:
            return "malformed"
        if not calls.context_init(self.context, self.store, self.leaf, self.untrusted):
            return "no context"
        calls.context_crls(self.context, self.crls)
        self.configure(calls.context_param(self.context))
        if calls.verify(self.context) == 1:
            return None
        error = calls.context_error(self.context)
        return f"{calls.error_text(error).decode()} ({error}) at {calls.context_depth(self.context)}"

    def configure(self, param: int) -> None:
        case = self.case
        flags = PARTIAL_CHAIN | TRUSTED_FIRST
        if case["revocation"] in ("crl-leaf", "crl-all"):
            flags |= CRL_CHECK | EXTENDED_CRL_SUPPORT | USE_DELTAS
            flags |= CRL_CHECK_ALL if case["revocation"] == "crl-all" else 0
        flags |= EXPLICIT_POLICY if case.get("initial_explicit_policy") else 0
        flags |= INHIBIT_ANY if case.get("initial_inhibit_any_policy") else 0
        flags |= INHIBIT_MAP if case.get("initial_policy_mapping_inhibit") else 0
        for policy in case.get("initial_policy_set") or [ANY_POLICY]:
            calls.param_policy(param, calls.object_of(policy.encode(), 1))
        # Without this flag policies are not processed at all.
        calls.param_flags(param, flags | POLICY_CHECK)
        calls.param_time(param, int(moment(case).timestamp()))
        calls.param_purpose(param, SSL_CLIENT)
        calls.param_level(param, 2)
        if case["max_chain_depth"] is not None:
            calls.param_depth(param, case["max_chain_depth"])


def judge(case: dict) -> str | None:
    with Question(case) as question:
        error = question.refusal()
        if error is None and case["revocation"].startswith("ocsp"):
            return answered(case, question)
        return error


def answered(case: dict, question: Question) -> str | None:
    """None if a response says that the accepted leaf is good."""
    chain = calls.context_chain(question.context)
    leaf, issuer = calls.stack_value(chain, 0), calls.stack_value(chain, 1)
    errors = [
        response_refusal(content, leaf, issuer, question.store, question.pool, moment(case))
        for content in decoded(case["ocsp"])
    ]
    return None if None in errors else "; ".join(map(str, errors)) or "no response"


if __name__ == "__main__":
    serve(judge)
