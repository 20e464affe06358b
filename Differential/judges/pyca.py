"""The path verifier of pyca/cryptography, with its own profile."""

from cryptography import x509
from cryptography.x509 import verification

from protocol import decoded, moment, serve


def loaded(contents: list[bytes]) -> list[x509.Certificate]:
    certificates = []
    for content in contents:
        try:
            certificates.append(x509.load_der_x509_certificate(content))
        except ValueError:
            continue
    return certificates


def judge(case: dict) -> str | None:
    try:
        leaf = x509.load_der_x509_certificate(decoded([case["peer_certificate"]])[0])
        builder = verification.PolicyBuilder().store(verification.Store(loaded(decoded(case["trusted_certs"]))))
        builder = builder.time(moment(case))
        if case["max_chain_depth"] is not None:
            builder = builder.max_chain_depth(case["max_chain_depth"])
        builder.build_client_verifier().verify(leaf, loaded(decoded(case["untrusted_intermediates"])))
    except Exception as error:  # The library says errors of encoding in classes of its own.
        return f"{type(error).__name__}: {error}"
    return None


if __name__ == "__main__":
    serve(judge)
