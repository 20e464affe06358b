"""basicConstraints, keyUsage, extendedKeyUsage, and what can be wrong with any extension."""

from typing import Callable

from . import der, extensions, names
from .extensions import CERT_SIGN, CRL_SIGN, DIGITAL_SIGNATURE, KEY_AGREEMENT, KEY_ENCIPHERMENT, Extension
from .scene import ACCEPT, REJECT, Grammar, Scene

CONSTRAINTS, USAGE, PURPOSE, EXTENSION = "basic-constraints", "key-usage", "purpose", "extension"

# One well-formed value of each extension that a leaf may have.
SAMPLES: dict[str, Extension] = {
    "bc": extensions.basic_constraints(False),
    "ku": extensions.key_usage(DIGITAL_SIGNATURE),
    "eku": extensions.extended_key_usage(extensions.CLIENT_AUTH),
    "ski": extensions.subject_key_identifier(bytes(20)),
    "aki": extensions.authority_key_identifier(bytes(20)),
    "san": extensions.alternative_names(names.dns("client.example.com")),
    "ian": extensions.make("ian", der.sequence(names.dns("issuer.example.com"))),
    "policies": extensions.policies("1.3.6.1.4.1.99999.10"),
    "cdp": extensions.distribution_points(extensions.distribution_point([names.uri("http://127.0.0.1:1/a.crl")])),
    "freshest": extensions.make(
        "freshest", der.sequence(extensions.distribution_point([names.uri("http://127.0.0.1:1/d.crl")]))
    ),
    "aia": extensions.authority_access("1.3.6.1.5.5.7.48.1", names.uri("http://127.0.0.1:1/")),
    "sia": extensions.make(
        "sia", der.sequence(der.sequence(der.oid("1.3.6.1.5.5.7.48.5"), names.uri("http://127.0.0.1:1/")))
    ),
    "sda": extensions.make(
        "sda", der.sequence(der.sequence(der.oid("1.3.6.1.5.5.7.9.4"), der.set_of(der.tlv(0x13, b"DE"))))
    ),
    "netscape": extensions.make("netscape", der.named_bits(0)),
    "unknown": extensions.make("unknown", der.null()),
}
# Those of authorities beside them.
AUTHORITY_SAMPLES: dict[str, Extension] = {
    "bc": extensions.basic_constraints(True),
    "ku": extensions.key_usage(CERT_SIGN, CRL_SIGN),
    "ski": SAMPLES["ski"],
    "aki": SAMPLES["aki"],
    "san": extensions.alternative_names(names.dns("ca.example.com")),
    "eku": extensions.extended_key_usage(extensions.CLIENT_AUTH),
    "policies": extensions.policies(extensions.ANY_POLICY),
    "mappings": extensions.mappings(("1.3.6.1.4.1.99999.11", "1.3.6.1.4.1.99999.12")),
    "policyConstraints": extensions.policy_constraints(inhibit=5),
    "inhibitAny": extensions.inhibit_any_policy(5),
    "nc": extensions.name_constraints([], [names.dns("excluded.test")]),
    "cdp": SAMPLES["cdp"],
}
# Extensions whose meaning a verifier processes, so that they may be critical (RFC 5280 §4.2).
PROCESSED = ("bc", "ku", "eku", "san", "policies", "cdp")

# Slots whose features change the same extension.
EXCLUDED = {
    "san": ("name",), "policies": ("policy",), "aki": ("identifier",), "ski": ("identifier",),
    "bc": ("basic-constraints",), "ku": ("key-usage",), "eku": ("purpose",),
}


def add_to(grammar: Grammar) -> None:
    _basic_constraints(grammar)
    _key_usage(grammar)
    _purposes(grammar)
    _any_extension(grammar)


def _basic_constraints(grammar: Grammar) -> None:
    def on_leaf(value: Extension | None) -> Callable[[Scene], None]:
        return lambda scene: scene.leaf.set("bc", value)

    def on_intermediate(value: Extension | None) -> Callable[[Scene], None]:
        return lambda scene: scene.some_intermediate().set("bc", value)

    authority = extensions.basic_constraints(True)
    grammar.add(CONSTRAINTS, "leaf-false", ACCEPT, on_leaf(extensions.basic_constraints(False)))
    grammar.add(CONSTRAINTS, "leaf-authority", ACCEPT, on_leaf(authority))
    grammar.add(CONSTRAINTS, "leaf-false-with-length", ACCEPT, on_leaf(extensions.basic_constraints(False, 0)))
    written = extensions.make("bc", der.sequence(der.boolean(False)), True)
    grammar.add(CONSTRAINTS, "leaf-false-written", ACCEPT, on_leaf(written))
    grammar.add(CONSTRAINTS, "authority-absent", REJECT, on_intermediate(None))
    grammar.add(CONSTRAINTS, "authority-false", REJECT, on_intermediate(extensions.basic_constraints(False)))
    grammar.add(CONSTRAINTS, "authority-plain", ACCEPT, on_intermediate(authority.with_critical(False)))
    # No number of certificates: RFC 5280 has no bound, and refusing what cannot be counted is safe.
    grammar.add(CONSTRAINTS, "length-negative", REJECT, on_intermediate(extensions.basic_constraints(True, -1)))
    grammar.add(CONSTRAINTS, "length-huge", REJECT, on_intermediate(extensions.basic_constraints(True, 2**70)))
    one = extensions.make("bc", der.sequence(der.tlv(0x01, b"\x01")), True)
    grammar.add(CONSTRAINTS, "true-written-as-one", REJECT, on_intermediate(one))

    @grammar.feature(CONSTRAINTS, "anchor-absent", ACCEPT)
    def absent(scene: Scene) -> None:
        scene.anchor.set("bc", None)

    @grammar.feature(CONSTRAINTS, "length-exact", ACCEPT)
    def exact(scene: Scene) -> None:
        for number, certificate in enumerate(scene.authorities):
            certificate.set("bc", extensions.basic_constraints(True, number))

    @grammar.feature(CONSTRAINTS, "length-exceeded", REJECT, phase=-1, excludes=("name",))
    def exceeded(scene: Scene) -> None:
        while len(scene.path) < 4:
            scene.add_intermediate()
        position = scene.random.randrange(2, len(scene.path) - 1)
        scene.path[position].set("bc", extensions.basic_constraints(True, position - 2))

    @grammar.feature(CONSTRAINTS, "anchor-length-exceeded", REJECT, phase=2, excludes=("name",))
    def anchor(scene: Scene) -> None:
        scene.some_intermediate()
        scene.anchor.set("bc", extensions.basic_constraints(True, len(scene.path) - 3))


def _key_usage(grammar: Grammar) -> None:
    leaf_usages = {
        "absent": (None, ACCEPT),
        "signature-and-encipherment": (extensions.key_usage(DIGITAL_SIGNATURE, KEY_ENCIPHERMENT), ACCEPT),
        "agreement-alone": (extensions.key_usage(KEY_AGREEMENT), REJECT),
        "encipherment-alone": (extensions.key_usage(KEY_ENCIPHERMENT), REJECT),
        "non-repudiation-alone": (extensions.key_usage(1), REJECT),
        "decipher-only": (extensions.key_usage(8), REJECT),
        "no-bit": (extensions.key_usage(), REJECT),
        "plain": (extensions.key_usage(DIGITAL_SIGNATURE).with_critical(False), ACCEPT),
        "zero-bits-behind": (extensions.make("ku", der.bits(b"\x80\x00", 0), True), ACCEPT),
        "signs-certificates-too": (extensions.key_usage(DIGITAL_SIGNATURE, CERT_SIGN), ACCEPT),
    }
    for kind, (value, expected) in leaf_usages.items():
        def leaf(scene: Scene, value: Extension | None = value) -> None:
            scene.leaf.set("ku", value)

        grammar.add(USAGE, f"leaf-{kind}", expected, leaf)
    authority_usages = {
        "absent": (None, ACCEPT),
        "without-certificates": (extensions.key_usage(DIGITAL_SIGNATURE, CRL_SIGN), REJECT),
        "certificates-alone": (extensions.key_usage(CERT_SIGN), ACCEPT),
        "no-bit": (extensions.key_usage(), REJECT),
        "plain": (extensions.key_usage(CERT_SIGN, CRL_SIGN).with_critical(False), ACCEPT),
    }
    for kind, (value, expected) in authority_usages.items():
        def intermediate(scene: Scene, value: Extension | None = value) -> None:
            scene.some_intermediate().set("ku", value)

        def anchor(scene: Scene, value: Extension | None = value) -> None:
            scene.anchor.set("ku", value)

        grammar.add(USAGE, f"authority-{kind}", expected, intermediate)
        grammar.add(USAGE, f"anchor-{kind}", expected, anchor)


def _purposes(grammar: Grammar) -> None:
    usages = {
        "absent": (None, ACCEPT),
        "client-and-server": (extensions.extended_key_usage(extensions.SERVER_AUTH, extensions.CLIENT_AUTH), ACCEPT),
        "server": (extensions.extended_key_usage(extensions.SERVER_AUTH), REJECT),
        "any": (extensions.extended_key_usage(extensions.ANY_USAGE), ACCEPT),
        "any-and-server": (extensions.extended_key_usage(extensions.ANY_USAGE, extensions.SERVER_AUTH), ACCEPT),
        "unknown": (extensions.extended_key_usage("1.3.6.1.4.1.99999.5"), REJECT),
        "unknown-and-client": (
            extensions.extended_key_usage("1.3.6.1.4.1.99999.5", extensions.CLIENT_AUTH), ACCEPT),
        "critical": (extensions.extended_key_usage(extensions.CLIENT_AUTH).with_critical(True), ACCEPT),
        "empty": (extensions.extended_key_usage(), REJECT),
        "responder": (extensions.extended_key_usage(extensions.OCSP_SIGNING), REJECT),
    }
    for kind, (value, expected) in usages.items():
        def leaf(scene: Scene, value: Extension | None = value) -> None:
            scene.leaf.set("eku", value)

        def authority(scene: Scene, value: Extension | None = value) -> None:
            scene.some_intermediate().set("eku", value)

        def anchor(scene: Scene, value: Extension | None = value) -> None:
            scene.anchor.set("eku", value)

        grammar.add(PURPOSE, f"leaf-{kind}", expected, leaf)
        if kind != "absent":
            grammar.add(PURPOSE, f"authority-{kind}", expected, authority)
            grammar.add(PURPOSE, f"anchor-{kind}", expected, anchor)


def _any_extension(grammar: Grammar) -> None:
    phase = 3
    for kind, sample in SAMPLES.items():
        def malformed(scene: Scene, kind: str = kind, sample: Extension = sample) -> None:
            scene.leaf.set(kind, scene.leaf.extensions.get(kind, sample).with_value(b"\x30\x03\x02\x01"))

        def empty(scene: Scene, kind: str = kind, sample: Extension = sample) -> None:
            scene.leaf.set(kind, scene.leaf.extensions.get(kind, sample).with_value(b""))

        def trailing(scene: Scene, kind: str = kind, sample: Extension = sample) -> None:
            present = scene.leaf.extensions.get(kind, sample)
            scene.leaf.set(kind, present.with_value(present.value + b"\x05\x00"))

        def doubled(scene: Scene, kind: str = kind, sample: Extension = sample) -> None:
            scene.leaf.extensions.setdefault(kind, sample)
            scene.leaf.extra.append(scene.leaf.extensions[kind])

        def critical(scene: Scene, kind: str = kind, sample: Extension = sample) -> None:
            scene.leaf.set(kind, scene.leaf.extensions.get(kind, sample).with_critical(True))

        def present(scene: Scene, kind: str = kind, sample: Extension = sample) -> None:
            scene.leaf.extensions.setdefault(kind, sample)

        excluded = EXCLUDED.get(kind, ())
        expected = ACCEPT if kind in PROCESSED else REJECT
        grammar.add(EXTENSION, f"{kind}-doubled", REJECT, doubled, phase, excluded)
        grammar.add(EXTENSION, f"{kind}-critical", expected, critical, phase, excluded)
        if kind not in ("bc", "ku", "eku"):
            grammar.add(EXTENSION, f"{kind}-present", ACCEPT, present, phase, excluded)
        if kind not in ("unknown", "netscape"):
            grammar.add(EXTENSION, f"{kind}-malformed", REJECT, malformed, phase, excluded)
            grammar.add(EXTENSION, f"{kind}-without-value", REJECT, empty, phase, excluded)
            grammar.add(EXTENSION, f"{kind}-bytes-behind", REJECT, trailing, phase, excluded)

    _authority_extensions(grammar, phase)

    @grammar.feature(EXTENSION, "false-written", ACCEPT, phase)
    def written(scene: Scene) -> None:
        sample = SAMPLES["unknown"]
        scene.leaf.set("unknown", Extension(sample.oid, sample.value, writes_false=True))

    @grammar.feature(EXTENSION, "authority-unknown-critical", REJECT, phase)
    def authority(scene: Scene) -> None:
        scene.some_intermediate().set("unknown", SAMPLES["unknown"].with_critical(True))

    @grammar.feature(EXTENSION, "anchor-unknown-critical", REJECT, phase)
    def anchor(scene: Scene) -> None:
        scene.anchor.set("unknown", SAMPLES["unknown"].with_critical(True))

    @grammar.feature(EXTENSION, "authority-unknown", ACCEPT, phase)
    def plain(scene: Scene) -> None:
        scene.some_intermediate().set("unknown", SAMPLES["unknown"])

    @grammar.feature(EXTENSION, "thirty-unknown", ACCEPT, phase)
    def many(scene: Scene) -> None:
        for number in range(30):
            scene.leaf.extra.append(Extension(f"1.3.6.1.4.1.99999.2.{number}", der.null()))


def _authority_extensions(grammar: Grammar, phase: int) -> None:
    """What can be wrong with an extension of an intermediate."""
    for kind, sample in AUTHORITY_SAMPLES.items():
        def changed(change: Callable[[Extension], bytes], kind: str = kind, sample: Extension = sample):
            def apply(scene: Scene) -> None:
                authority = scene.some_intermediate()
                present = authority.extensions.get(kind, sample)
                authority.set(kind, present.with_value(change(present)))

            return apply

        def doubled(scene: Scene, kind: str = kind, sample: Extension = sample) -> None:
            authority = scene.some_intermediate()
            authority.extensions.setdefault(kind, sample)
            authority.extra.append(authority.extensions[kind])

        excluded = ("name", "policy", "identifier", "basic-constraints", "key-usage", "purpose")
        broken = {
            "malformed": changed(lambda present: b"\x30\x03\x02\x01"),
            "without-value": changed(lambda present: b""),
            "bytes-behind": changed(lambda present: present.value + b"\x05\x00"),
            "doubled": doubled,
        }
        for defect, apply in broken.items():
            grammar.add(EXTENSION, f"authority-{kind}-{defect}", REJECT, apply, phase, excluded)
        intact = changed(lambda present: present.value)
        grammar.add(EXTENSION, f"authority-{kind}-present", ACCEPT, intact, phase, excluded)
