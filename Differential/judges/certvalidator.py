"""pyhanko-certvalidator: paths, policies, CRLs and OCSP in Python."""

import asyncio
import logging
from datetime import timedelta

from asn1crypto import crl, ocsp, x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    PKIXValidationParams,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)

from protocol import decoded, moment, serve

RULES = {
    "none": (RevocationCheckingRule.NO_CHECK, RevocationCheckingRule.NO_CHECK),
    "crl-leaf": (RevocationCheckingRule.CRL_REQUIRED, RevocationCheckingRule.NO_CHECK),
    "crl-all": (RevocationCheckingRule.CRL_REQUIRED, RevocationCheckingRule.CRL_REQUIRED),
    "ocsp-leaf": (RevocationCheckingRule.OCSP_REQUIRED, RevocationCheckingRule.NO_CHECK),
    "ocsp-all": (RevocationCheckingRule.OCSP_REQUIRED, RevocationCheckingRule.OCSP_REQUIRED),
}


def loaded(kind: type, contents: list[bytes]) -> list:
    """What can be read; the library decodes late, so that everything is touched once."""
    found = []
    for content in contents:
        try:
            one = kind.load(content, strict=True)
            one.native
        except (ValueError, TypeError, KeyError):
            continue
        found.append(one)
    return found


def parameters(case: dict) -> PKIXValidationParams:
    policies = frozenset(case.get("initial_policy_set", [])) or frozenset(["any_policy"])
    if "2.5.29.32.0" in policies:
        policies = frozenset(["any_policy"])
    return PKIXValidationParams(
        user_initial_policy_set=policies,
        initial_explicit_policy=case.get("initial_explicit_policy", False),
        initial_policy_mapping_inhibit=case.get("initial_policy_mapping_inhibit", False),
        initial_any_policy_inhibit=case.get("initial_inhibit_any_policy", False),
    )


async def validate(case: dict) -> None:
    leaf = x509.Certificate.load(decoded([case["peer_certificate"]])[0], strict=True)
    end_entity, intermediate = RULES[case["revocation"]]
    context = ValidationContext(
        trust_roots=loaded(x509.Certificate, decoded(case["trusted_certs"])),
        moment=moment(case),
        allow_fetching=False,
        crls=loaded(crl.CertificateList, decoded(case["crls"])),
        ocsps=loaded(ocsp.OCSPResponse, decoded(case["ocsp"])),
        revinfo_policy=CertRevTrustPolicy(RevocationCheckingPolicy(end_entity, intermediate)),
        time_tolerance=timedelta(0),
    )
    pool = loaded(x509.Certificate, decoded(case["untrusted_intermediates"]))
    validator = CertificateValidator(leaf, pool, context, parameters(case))
    await validator.async_validate_usage({"digital_signature"}, {"client_auth"})


def judge(case: dict) -> str | None:
    try:
        asyncio.run(validate(case))
    except Exception as error:  # Malformed values surface as errors of many classes.
        return f"{type(error).__name__}: {error}"
    return None


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    serve(judge)
