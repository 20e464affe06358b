"""Names, identifiers and name constraints."""

from . import der, extensions, names
from .scene import ACCEPT, REJECT, Grammar, Scene

NAME, IDENTIFIER = "name", "identifier"


def add_to(grammar: Grammar) -> None:
    _string_types(grammar)
    _spellings(grammar)
    _shapes(grammar)
    _identifiers(grammar)


def _rename_issuer(scene: Scene, written: bytes, child: bytes | None = None) -> None:
    """Gives an authority a subject, and its child another spelling of it."""
    position = scene.random.randrange(1, len(scene.path))
    scene.path[position].subject = written
    if child is not None:
        scene.path[position - 1].issuer = child


def _string_types(grammar: Grammar) -> None:
    for string in ("printable", "bmp", "universal", "teletex", "ia5"):
        def everywhere(scene: Scene, string: str = string) -> None:
            for number, certificate in enumerate(scene.path):
                certificate.subject = names.common(f"Party {number}", string)

        grammar.add(NAME, f"{string}-string", ACCEPT, everywhere)
    for string in ("printable", "bmp", "universal", "teletex"):
        def mixed(scene: Scene, string: str = string) -> None:
            _rename_issuer(scene, names.common("Mixed Types"), names.common("Mixed Types", string))

        grammar.add(NAME, f"issuer-as-{string}", ACCEPT, mixed)


def _spellings(grammar: Grammar) -> None:
    same = {
        "case": ("Case Of Letters", "CASE of letters"),
        "inner-spaces": ("Two  Spaces", "Two Spaces"),
        "outer-spaces": (" Spaces around ", "Spaces around"),
        "composition": ("Jos\u00e9", "Jose\u0301"),
        "case-beyond-ascii": ("\u00c9cole", "\u00e9cole"),
    }
    for kind, (subject, issuer) in same.items():
        def spelled(scene: Scene, subject: str = subject, issuer: str = issuer) -> None:
            _rename_issuer(scene, names.common(subject), names.common(issuer))

        grammar.add(NAME, f"issuer-{kind}-differs", ACCEPT, spelled)
    different = {
        "text": (names.common("One"), names.common("Two")),
        "order": (names.name(("O", "F"), ("CN", "A")), names.name(("CN", "A"), ("O", "F"))),
        "prefix": (names.name(("O", "F"), ("CN", "A")), names.name(("O", "F"))),
        "attribute": (names.name(("O", "A")), names.name(("OU", "A"))),
        "accent": (names.common("Jose"), names.common("Jos\u00e9")),
        "rdn-split": (
            names.name(names.relative(names.attribute("O", "F"), names.attribute("CN", "A"))),
            names.name(("O", "F"), ("CN", "A")),
        ),
    }
    for kind, (subject, issuer) in different.items():
        def other(scene: Scene, subject: bytes = subject, issuer: bytes = issuer) -> None:
            _rename_issuer(scene, subject, issuer)

        grammar.add(NAME, f"issuer-{kind}-is-another", REJECT, other)


    one, two = names.attribute("O", "F"), names.attribute("CN", "A")
    orders = {"in-der-order": (two, one), "not-in-der-order": (one, two)}
    for kind, attributes in orders.items():
        def ordered(scene: Scene, attributes: tuple[bytes, bytes] = attributes) -> None:
            """The child names a sorted set; DER sorts it, and the comparison takes it as a set (X.690 §11.6)."""
            written = der.sequence(der.tlv(0x31, *attributes))
            _rename_issuer(scene, written, names.name(names.relative(one, two)))

        grammar.add(NAME, f"issuer-relative-name-{kind}", ACCEPT, ordered)


def _shapes(grammar: Grammar) -> None:
    shapes = {
        "multivalued": names.name(names.relative(names.attribute("O", "F"), names.attribute("CN", "A"))),
        "unknown-attribute": names.name(("CN", "A"), names.relative(names.attribute("odd", "value"))),
        "domain-components": names.name(("DC", "com"), ("DC", "example"), ("CN", "A")),
        "email-attribute": names.name(("CN", "A"), ("emailAddress", "a@example.com")),
        "too-long": names.common("A" * 65),
        "very-long": names.common("A" * 1000),
        "country-of-three": names.name(("C", "ABC"), ("CN", "A")),
        "empty-value": names.name(("O", "F"), ("CN", "")),
        "printable-with-at-sign": names.name(names.relative(names.attribute("CN", "a@b*", "printable"))),
        "null-character": names.common("A\x00B"),
        "twice-in-rdn": names.name(names.relative(names.attribute("CN", "A"), names.attribute("CN", "B"))),
        "many-attributes": names.name(*[("OU", f"Unit {number}") for number in range(40)]),
        "bad-utf8": names.name(names.relative(names.attribute("CN", b"A\xff\xfe"))),
        "odd-bmp-length": names.name(names.relative(names.attribute("CN", b"\x00A\x00", "bmp"))),
        "non-ascii-printable": names.name(names.relative(names.attribute("CN", "\u00e9".encode(), "printable"))),
    }
    for kind, written in shapes.items():
        def leaf(scene: Scene, written: bytes = written) -> None:
            scene.leaf.subject = written

        def authority(scene: Scene, written: bytes = written) -> None:
            scene.random.choice(scene.authorities).subject = written

        # A string that its type cannot hold is no value of the syntax.
        expected = REJECT if kind in ("bad-utf8", "odd-bmp-length") else ACCEPT
        grammar.add(NAME, f"leaf-{kind}", expected, leaf)
        grammar.add(NAME, f"authority-{kind}", expected, authority)

    @grammar.feature(NAME, "leaf-empty-san-critical", ACCEPT)
    def empty_critical(scene: Scene) -> None:
        scene.leaf.subject = names.name()
        scene.leaf.set("san", extensions.alternative_names(names.dns("client.example.com")).with_critical(True))

    @grammar.feature(NAME, "leaf-empty-san-plain", ACCEPT)
    def empty_plain(scene: Scene) -> None:
        scene.leaf.subject = names.name()

    @grammar.feature(NAME, "leaf-empty-without-san", REJECT)
    def empty_alone(scene: Scene) -> None:
        scene.leaf.subject = names.name()
        scene.leaf.set("san", None)

    @grammar.feature(NAME, "authority-empty", REJECT)
    def empty_authority(scene: Scene) -> None:
        scene.some_intermediate().subject = names.name()

    @grammar.feature(NAME, "leaf-named-like-issuer", ACCEPT)
    def like_issuer(scene: Scene) -> None:
        scene.leaf.subject = scene.path[1].subject

    @grammar.feature(NAME, "leaf-named-like-issuer-without-identifier", ACCEPT, 4, (IDENTIFIER, "extension"))
    def like_issuer_alone(scene: Scene) -> None:
        like_issuer(scene)
        scene.leaf.set("aki", None)

    @grammar.feature(NAME, "leaf-named-like-anchor", ACCEPT)
    def like_anchor(scene: Scene) -> None:
        scene.leaf.subject = scene.anchor.subject

    @grammar.feature(NAME, "all-authorities-named-alike", ACCEPT)
    def alike(scene: Scene) -> None:
        for certificate in scene.authorities:
            certificate.subject = names.common("Authority")

    @grammar.feature(NAME, "all-authorities-named-alike-without-identifiers", ACCEPT, 4, (IDENTIFIER, "extension"))
    def alike_alone(scene: Scene) -> None:
        alike(scene)
        for certificate in scene.path:
            certificate.set("aki", None)


def _identifiers(grammar: Grammar) -> None:
    wrong = bytes(range(20))

    def on_some(scene: Scene, kind: str, extension: extensions.Extension | None, low: int, high: int) -> None:
        scene.path[scene.random.randrange(low, high)].set(kind, extension)

    issued = {"absent": None, "wrong": extensions.authority_key_identifier(wrong)}
    issued["empty"] = extensions.authority_key_identifier(None)
    issued["of-64-bytes"] = extensions.authority_key_identifier(wrong * 3)
    issued["of-no-bytes"] = extensions.authority_key_identifier(b"")
    issued["wrong-issuer-and-serial"] = extensions.authority_key_identifier(None, names.directory(names.common("X")), 7)
    for kind, extension in issued.items():
        def leaf(scene: Scene, extension: extensions.Extension | None = extension) -> None:
            on_some(scene, "aki", extension, 0, 1)

        def authority(scene: Scene, extension: extensions.Extension | None = extension) -> None:
            scene.some_intermediate().set("aki", extension)

        # Without identifiers some verifiers tell issuers of one name apart no more: that is a feature of its own.
        alike = (NAME, "shape") if kind in ("absent", "empty") else ()
        grammar.add(IDENTIFIER, f"leaf-aki-{kind}", ACCEPT, leaf, excludes=alike)
        grammar.add(IDENTIFIER, f"authority-aki-{kind}", ACCEPT, authority, excludes=alike)
    own = {"absent": None, "wrong": extensions.subject_key_identifier(wrong)}
    own["empty"] = extensions.subject_key_identifier(b"")
    for kind, extension in own.items():
        def leaf_own(scene: Scene, extension: extensions.Extension | None = extension) -> None:
            on_some(scene, "ski", extension, 0, 1)

        def authority_own(scene: Scene, extension: extensions.Extension | None = extension) -> None:
            on_some(scene, "ski", extension, 1, len(scene.path))

        grammar.add(IDENTIFIER, f"leaf-ski-{kind}", ACCEPT, leaf_own)
        grammar.add(IDENTIFIER, f"authority-ski-{kind}", ACCEPT, authority_own, excludes=(NAME, "shape"))

    @grammar.feature(IDENTIFIER, "aki-right-issuer-and-serial", ACCEPT, excludes=("serial", "name"))
    def right(scene: Scene) -> None:
        issuer = scene.path[1]
        directory = names.directory(issuer.issued_by)
        scene.leaf.set("aki", extensions.authority_key_identifier(None, directory, issuer.serial_number))

    @grammar.feature(IDENTIFIER, "aki-issuer-without-serial", ACCEPT, excludes=("name",))
    def half(scene: Scene) -> None:
        directory = names.directory(scene.path[1].issued_by)
        scene.leaf.set("aki", extensions.authority_key_identifier(None, directory))

    @grammar.feature(IDENTIFIER, "ski-of-own-choice", ACCEPT)
    def chosen(scene: Scene) -> None:
        scene.path[1].set("ski", extensions.subject_key_identifier(b"chosen"))
        scene.leaf.set("aki", extensions.authority_key_identifier(b"chosen"))

    @grammar.feature(IDENTIFIER, "anchor-aki-wrong", ACCEPT)
    def anchor(scene: Scene) -> None:
        scene.anchor.set("aki", extensions.authority_key_identifier(wrong))
