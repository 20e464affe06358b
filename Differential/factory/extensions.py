"""The extensions of certificates."""

from dataclasses import dataclass, replace

from . import der

OIDS = {
    "bc": "2.5.29.19", "ku": "2.5.29.15", "eku": "2.5.29.37", "ski": "2.5.29.14", "aki": "2.5.29.35",
    "san": "2.5.29.17", "ian": "2.5.29.18", "policies": "2.5.29.32", "mappings": "2.5.29.33",
    "policyConstraints": "2.5.29.36", "inhibitAny": "2.5.29.54", "nc": "2.5.29.30", "cdp": "2.5.29.31",
    "freshest": "2.5.29.46", "aia": "1.3.6.1.5.5.7.1.1", "sia": "1.3.6.1.5.5.7.1.11", "sda": "2.5.29.9",
    "unknown": "1.3.6.1.4.1.99999.1", "nocheck": "1.3.6.1.5.5.7.48.1.5", "netscape": "2.16.840.1.113730.1.1",
}
CLIENT_AUTH, SERVER_AUTH = "1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1"
OCSP_SIGNING, ANY_USAGE, CODE_SIGNING = "1.3.6.1.5.5.7.3.9", "2.5.29.37.0", "1.3.6.1.5.5.7.3.3"
ANY_POLICY = "2.5.29.32.0"
DIGITAL_SIGNATURE, KEY_ENCIPHERMENT, KEY_AGREEMENT, CERT_SIGN, CRL_SIGN = 0, 2, 4, 5, 6


@dataclass(frozen=True)
class Extension:
    """One extension as it is written."""

    oid: str
    value: bytes
    critical: bool = False
    # DER leaves the default out; some issuers write it.
    writes_false: bool = False

    def der(self) -> bytes:
        flag = der.boolean(True) if self.critical else der.boolean(False) if self.writes_false else b""
        return der.sequence(der.oid(self.oid), flag, der.octets(self.value))

    def with_value(self, value: bytes) -> "Extension":
        return replace(self, value=value)

    def with_critical(self, critical: bool) -> "Extension":
        return replace(self, critical=critical)


def make(kind: str, value: bytes, critical: bool = False) -> Extension:
    return Extension(OIDS[kind], value, critical)


def basic_constraints(authority: bool, path_length: int | None = None) -> Extension:
    flag = der.boolean(True) if authority else b""
    length = b"" if path_length is None else der.integer(path_length)
    return make("bc", der.sequence(flag, length), True)


def key_usage(*positions: int) -> Extension:
    return make("ku", der.named_bits(*positions), True)


def extended_key_usage(*usages: str) -> Extension:
    return make("eku", der.sequence(*(der.oid(usage) for usage in usages)))


def subject_key_identifier(identifier: bytes) -> Extension:
    return make("ski", der.octets(identifier))


def authority_key_identifier(identifier: bytes | None, issuer: bytes = b"", serial: int | None = None) -> Extension:
    parts = []
    if identifier is not None:
        parts.append(der.context(0, identifier, constructed=False))
    if issuer:
        parts.append(der.context(1, issuer))
    if serial is not None:
        parts.append(der.context(2, der.content_of(der.integer(serial)), constructed=False))
    return make("aki", der.sequence(*parts))


def alternative_names(*general_names: bytes) -> Extension:
    return make("san", der.sequence(*general_names))


def policies(*identifiers: str) -> Extension:
    return make("policies", der.sequence(*(der.sequence(der.oid(one)) for one in identifiers)))


def mappings(*pairs: tuple[str, str]) -> Extension:
    return make("mappings", der.sequence(*(der.sequence(der.oid(a), der.oid(b)) for a, b in pairs)), True)


def policy_constraints(explicit: int | None = None, inhibit: int | None = None) -> Extension:
    parts = []
    for number, skip in ((0, explicit), (1, inhibit)):
        if skip is not None:
            parts.append(der.context(number, der.content_of(der.integer(skip)), constructed=False))
    return make("policyConstraints", der.sequence(*parts), True)


def inhibit_any_policy(skip: int) -> Extension:
    return make("inhibitAny", der.integer(skip), True)


def name_constraints(permitted: list[bytes], excluded: list[bytes]) -> Extension:
    parts = []
    for number, subtrees in ((0, permitted), (1, excluded)):
        if subtrees:
            parts.append(der.context(number, *(der.sequence(base) for base in subtrees)))
    return make("nc", der.sequence(*parts), True)


def distribution_point(
    names: list[bytes] | None, reasons: bytes = b"", issuer: bytes = b"", relative: bytes = b""
) -> bytes:
    """A DistributionPoint; `reasons` is the content of a BIT STRING."""
    point = b""
    if names is not None:
        point = der.context(0, der.context(0, *names))
    elif relative:
        point = der.context(0, der.context(1, der.content_of(relative)))
    return der.sequence(
        point,
        der.context(1, reasons, constructed=False) if reasons else b"",
        der.context(2, der.context(4, issuer)) if issuer else b"",
    )


def distribution_points(*points: bytes) -> Extension:
    return make("cdp", der.sequence(*points))


def authority_access(method: str, location: bytes) -> Extension:
    return make("aia", der.sequence(der.sequence(der.oid(method), location)))
