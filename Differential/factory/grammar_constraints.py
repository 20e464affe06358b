"""Name constraints of every form, permitted and excluded."""

from . import der, extensions, names
from .scene import ACCEPT, REJECT, Grammar, Scene

FORM = "name"  # The slot of names: constraints and odd names exclude one another.


def _san(kind: str, text: str) -> bytes:
    return {"dns": names.dns, "email": names.email, "uri": names.uri}[kind](text)


def _four(address: str, mask: str = "") -> bytes:
    parts = [int(part) for part in address.split(".")] + [int(part) for part in mask.split(".") if part]
    return names.address(bytes(parts))


def _six(prefix: bytes, mask_bytes: int = 0) -> bytes:
    mask = b"\xff" * mask_bytes + bytes(16 - mask_bytes) if mask_bytes else b""
    return names.address(prefix + bytes(16 - len(prefix)) + mask)


DIRECTORY = names.name(("O", "Factory"))
# Form, base, a name inside, a name outside.
FORMS: dict[str, tuple[bytes, bytes, bytes]] = {
    "dns": (_san("dns", "example.com"), _san("dns", "a.b.example.com"), _san("dns", "example.org")),
    "dns-itself": (_san("dns", "example.com"), _san("dns", "example.com"), _san("dns", "badexample.com")),
    "dns-case": (_san("dns", "EXAMPLE.com"), _san("dns", "a.Example.COM"), _san("dns", "a.Example.ORG")),
    "dns-a-label": (
        _san("dns", "xn--bcher-kva.example"), _san("dns", "a.xn--bcher-kva.example"), _san("dns", "bucher.example")),
    "dns-empty": (_san("dns", ""), _san("dns", "example.com"), b""),
    "email-host": (_san("email", "example.com"), _san("email", "a@example.com"), _san("email", "a@b.example.com")),
    "email-domain": (_san("email", ".example.com"), _san("email", "a@b.example.com"), _san("email", "a@example.com")),
    "email-mailbox": (
        _san("email", "a@example.com"), _san("email", "a@EXAMPLE.com"), _san("email", "b@example.com")),
    "email-local-case": (_san("email", "a@example.com"), b"", _san("email", "A@example.com")),
    "uri-host": (
        _san("uri", "example.com"), _san("uri", "https://example.com/a"), _san("uri", "https://b.example.com/a")),
    "uri-domain": (
        _san("uri", ".example.com"), _san("uri", "https://b.example.com/a"), _san("uri", "https://example.com/a")),
    "uri-port": (
        _san("uri", "example.com"), _san("uri", "spiffe://example.com:8080/a"), _san("uri", "x://example.org:1/")),
    "uri-user": (
        _san("uri", "example.com"), _san("uri", "https://u@example.com/"), _san("uri", "https://example.com@e.org/")),
    "ipv4": (_four("192.0.2.0", "255.255.255.0"), _four("192.0.2.7"), _four("192.0.3.7")),
    "ipv4-host": (_four("192.0.2.7", "255.255.255.255"), _four("192.0.2.7"), _four("192.0.2.8")),
    "ipv4-all": (_four("0.0.0.0", "0.0.0.0"), _four("192.0.2.7"), b""),
    "ipv6": (_six(b"\x20\x01\x0d\xb8", 4), _six(b"\x20\x01\x0d\xb8\x00\x01"), _six(b"\x20\x01\x0d\xb9")),
    "directory": (
        names.directory(DIRECTORY), names.directory(names.common("Other")), names.directory(names.name(("O", "Else")))),
}


def add_to(grammar: Grammar) -> None:
    for form, (base, inside, outside) in FORMS.items():
        _form(grammar, form, base, inside, outside)
    _subjects(grammar)
    _odd(grammar)


def _constrain(
    scene: Scene, permitted: list[bytes], excluded: list[bytes], *leaf_names: bytes, anchor: bool | None = None
) -> None:
    """Puts constraints on an authority and names into the leaf."""
    if anchor is None:
        anchor = False
    constrained = scene.anchor if anchor else scene.some_intermediate()
    constrained.set("nc", extensions.name_constraints(permitted, excluded))
    if leaf_names:
        scene.leaf.set("san", extensions.alternative_names(*leaf_names))


def _form(grammar: Grammar, form: str, base: bytes, inside: bytes, outside: bytes) -> None:
    def constrained(permits: bool, name: bytes):
        return lambda scene: _constrain(scene, [base] if permits else [], [] if permits else [base], name)

    # Excluding everybody's directory names, or all of a form, says nothing of other forms.
    if inside:
        grammar.add(FORM, f"permits-{form}-inside", ACCEPT, constrained(True, inside))
        if form != "directory":
            grammar.add(FORM, f"excludes-{form}-inside", REJECT, constrained(False, inside))
    if outside:
        grammar.add(FORM, f"permits-{form}-outside", REJECT, constrained(True, outside))
        if form != "directory":
            grammar.add(FORM, f"excludes-{form}-outside", ACCEPT, constrained(False, outside))


def _subjects(grammar: Grammar) -> None:
    @grammar.feature(FORM, "permits-directory-subject-inside", ACCEPT)
    def inside(scene: Scene) -> None:
        _constrain(scene, [names.directory(DIRECTORY)], [])

    @grammar.feature(FORM, "permits-directory-subject-inside-other-case", ACCEPT)
    def other_case(scene: Scene) -> None:
        _constrain(scene, [names.directory(names.name(("O", "FACTORY")))], [])

    @grammar.feature(FORM, "permits-directory-subject-inside-other-string", ACCEPT)
    def other_string(scene: Scene) -> None:
        _constrain(scene, [names.directory(names.name(("O", "Factory"), string="printable"))], [])

    @grammar.feature(FORM, "permits-directory-subject-outside", REJECT)
    def outside(scene: Scene) -> None:
        _constrain(scene, [names.directory(DIRECTORY)], [])
        scene.leaf.subject = names.name(("O", "Else"), ("CN", "Client"))

    @grammar.feature(FORM, "permits-directory-empty-subject", ACCEPT)
    def empty(scene: Scene) -> None:
        _constrain(scene, [names.directory(DIRECTORY)], [])
        scene.leaf.subject = names.name()
        scene.leaf.set("san", scene.leaf.extensions["san"].with_critical(True))

    @grammar.feature(FORM, "excludes-directory-subject", REJECT)
    def excluded(scene: Scene) -> None:
        _constrain(scene, [], [names.directory(names.common("Client"))])

    spellings = {"case-beyond-ascii": ("\u00c9cole", "\u00e9cole"), "composition": ("\u00e9cole", "e\u0301cole")}
    for kind, (base, spelled) in spellings.items():
        def excluded_otherwise(scene: Scene, base: str = base, spelled: str = spelled) -> None:
            _constrain(scene, [], [names.directory(names.name(("O", base)))])
            scene.leaf.subject = names.name(("O", spelled), ("CN", "Client"))

        grammar.add(FORM, f"excludes-directory-subject-{kind}", REJECT, excluded_otherwise)

    @grammar.feature(FORM, "anchor-excludes-leaf", REJECT)
    def by_anchor(scene: Scene) -> None:
        _constrain(scene, [], [names.dns("example.com")], anchor=True)

    @grammar.feature(FORM, "anchor-permits-leaf", ACCEPT)
    def permitted_by_anchor(scene: Scene) -> None:
        _constrain(scene, [names.dns("example.com")], [], anchor=True)

    @grammar.feature(FORM, "intermediate-outside-of-anchor", REJECT)
    def intermediate(scene: Scene) -> None:
        scene.some_intermediate().set("san", extensions.alternative_names(names.dns("ca.example.org")))
        _constrain(scene, [names.dns("example.com")], [], anchor=True)

    @grammar.feature(FORM, "self-issued-intermediate-exempt", ACCEPT)
    def exempt(scene: Scene) -> None:
        middle = scene.some_intermediate()
        for certificate in scene.authorities:
            certificate.subject = names.common("Authority")
        middle.set("san", extensions.alternative_names(names.dns("ca.example.org")))
        _constrain(scene, [names.dns("example.com")], [], anchor=True)

    @grammar.feature(FORM, "self-issued-leaf-not-exempt", REJECT)
    def not_exempt(scene: Scene) -> None:
        _constrain(scene, [names.dns("example.com")], [], names.dns("example.org"))
        scene.leaf.subject = scene.path[1].subject

    @grammar.feature(FORM, "email-attribute-excluded", REJECT)
    def attribute(scene: Scene) -> None:
        _constrain(scene, [], [names.email("example.com")])
        scene.leaf.subject = names.name(("CN", "A"), ("emailAddress", "a@example.com"))
        scene.leaf.set("san", None)

    @grammar.feature(FORM, "email-attribute-permitted", ACCEPT)
    def attribute_permitted(scene: Scene) -> None:
        _constrain(scene, [names.email("example.com")], [])
        scene.leaf.subject = names.name(("CN", "A"), ("emailAddress", "a@example.com"))
        scene.leaf.set("san", None)

    @grammar.feature(FORM, "common-name-is-no-dns-name", ACCEPT)
    def common_name(scene: Scene) -> None:
        _constrain(scene, [], [names.dns("example.com")])
        scene.leaf.subject = names.common("host.example.com")
        scene.leaf.set("san", None)


def _odd(grammar: Grammar) -> None:
    registered, other = names.registered("1.3.6.1.4.1.99999.3"), names.other(names.UPN, der.utf8("a@example.com"))
    odd: dict[str, tuple[list[bytes], list[bytes], list[bytes], str]] = {
        "another-form-is-free": ([names.dns("example.com")], [], [names.email("a@example.org")], ACCEPT),
        "two-permitted": ([names.dns("a.test"), names.dns("b.test")], [], [names.dns("x.b.test")], ACCEPT),
        "one-of-two-names-outside": ([names.dns("a.test")], [], [names.dns("a.test"), names.dns("c.test")], REJECT),
        "excluded-beats-permitted": ([names.dns("a.test")], [names.dns("x.a.test")], [names.dns("x.a.test")], REJECT),
        "wildcard-inside-permitted": ([names.dns("a.test")], [], [names.dns("*.a.test")], ACCEPT),
        "wildcard-covers-excluded": ([], [names.dns("x.a.test")], [names.dns("*.a.test")], REJECT),
        "registered-excluded": ([], [registered], [registered], REJECT),
        "registered-permitted-unused": ([registered], [], [names.dns("a.test")], ACCEPT),
        "other-name-excluded": ([], [other], [other], REJECT),
        "other-name-permitted-unused": ([other], [], [names.dns("a.test")], ACCEPT),
        "mapped-ipv4-excluded": (
            [], [_four("192.0.2.0", "255.255.255.0")],
            [names.address(bytes(10) + b"\xff\xff\xc0\x00\x02\x07")], REJECT),
        "uri-of-address-under-constraint": ([names.uri("example.com")], [], [names.uri("https://192.0.2.7/")], REJECT),
        "uri-without-authority": ([names.uri("example.com")], [], [names.uri("urn:a:b")], REJECT),
        "dns-with-leading-dot": ([names.dns(".a.test")], [], [names.dns("x.a.test")], ACCEPT),
        "dns-name-not-ascii": ([names.dns("a.test")], [], [names.dns("b\u00fccher.a.test".encode())], REJECT),
        "dns-name-with-space": ([names.dns("a.test")], [], [names.dns("a b.a.test")], REJECT),
        "dns-name-with-final-dot": ([names.dns("a.test")], [], [names.dns("x.a.test.")], REJECT),
        "email-name-without-at": ([names.email("a.test")], [], [names.email("a.test")], REJECT),
        "email-quoted-at": ([names.email("a.test")], [], [names.email('"x@b.test"@a.test')], ACCEPT),
        "ip-name-of-five-bytes": ([_four("192.0.2.0", "255.255.255.0")], [], [names.address(b"\xc0\0\2\7\1")], REJECT),
        "two-forms-one-outside": (
            [names.dns("a.test"), names.email("a.test")], [], [names.dns("a.test"), names.email("x@b.test")], REJECT),
        "dns-longer-name": ([names.dns("a.test")], [], [names.dns("xa.test")], REJECT),
        "dns-of-one-label": ([names.dns("test")], [], [names.dns("a.b.test")], ACCEPT),
        "uri-opaque-excluded": ([], [names.uri("example.com")], [names.uri("urn:a:b")], REJECT),
        "email-excluded-other-case": ([], [names.email("EXAMPLE.com")], [names.email("a@example.COM")], REJECT),
        "smtp-utf8-under-email-excluded": (
            [], [names.email("example.com")], [names.other(names.SMTP_UTF8, der.utf8("\u00fc@example.com"))], REJECT),
        "mask-with-hole": ([_four("192.0.2.0", "255.0.255.0")], [], [_four("192.0.2.7")], ACCEPT),
    }
    for kind, (permitted, excluded, leaf_names, expected) in odd.items():
        def apply(scene: Scene, permitted=permitted, excluded=excluded, leaf_names=leaf_names) -> None:
            _constrain(scene, permitted, excluded, *leaf_names)

        grammar.add(FORM, f"constraint-{kind}", expected, apply)

    def bounded(number: int) -> bytes:
        bound = der.context(number, b"\x05", constructed=False)
        return der.context(0, der.sequence(names.dns("example.com"), bound))

    written = {
        "minimum-one": bounded(0),
        "maximum": bounded(1),
        "ip-of-five-bytes": der.context(0, der.sequence(names.address(b"\xc0\x00\x02\x00\xff"))),
    }
    for kind, content in written.items():
        def malformed(scene: Scene, content: bytes = content) -> None:
            scene.some_intermediate().set("nc", extensions.make("nc", der.sequence(content), True))

        grammar.add(FORM, f"constraints-{kind}", REJECT, malformed)

    @grammar.feature(FORM, "constraints-of-two-authorities", REJECT)
    def both(scene: Scene) -> None:
        _constrain(scene, [names.dns("b.a.test")], [], names.dns("c.a.test"))
        scene.anchor.set("nc", extensions.name_constraints([names.dns("a.test")], []))

    @grammar.feature(FORM, "constraints-of-two-authorities-met", ACCEPT)
    def both_met(scene: Scene) -> None:
        _constrain(scene, [names.dns("a.test"), names.dns("x.test")], [], names.dns("c.b.a.test"))
        scene.anchor.set("nc", extensions.name_constraints([names.dns("b.a.test")], []))

    @grammar.feature(FORM, "constraints-empty", ACCEPT)
    def empty(scene: Scene) -> None:
        scene.some_intermediate().set("nc", extensions.name_constraints([], []))

    @grammar.feature(FORM, "constraints-plain-and-violated", REJECT)
    def plain(scene: Scene) -> None:
        _constrain(scene, [], [names.dns("example.com")])
        for certificate in scene.authorities:
            if "nc" in certificate.extensions:
                certificate.set("nc", certificate.extensions["nc"].with_critical(False))

    @grammar.feature(FORM, "constraints-on-leaf", ACCEPT)
    def leaf(scene: Scene) -> None:
        scene.leaf.set("nc", extensions.name_constraints([names.dns("example.org")], []))
