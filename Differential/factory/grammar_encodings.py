"""Encodings: what BER allows and DER does not, alternative names and lists, each by itself."""

from . import der, extensions, names
from .certificate import Certificate
from .extensions import Extension
from .scene import ACCEPT, ALONE, LEAF_ONLY, REJECT, Grammar, Scene

ENCODING, ALTERNATIVE, CONTENTS = "encoding", "alternative-name", "contents"


def add_to(grammar: Grammar) -> None:
    _names(grammar)
    _contents(grammar)
    _certificates(grammar)


def _names(grammar: Grammar) -> None:
    alternatives = {
        "wildcard": (names.dns("*.example.com"), ACCEPT), "underscore": (names.dns("a_b.example.com"), ACCEPT),
        "address": (names.address(b"\xc0\x00\x02\x07"), ACCEPT), "address-of-16": (names.address(bytes(16)), ACCEPT),
        "address-of-3": (names.address(b"\xc0\x00\x02"), REJECT),
        "dns-not-ascii": (names.dns("\u00fc.test".encode()), REJECT),
        "dns-empty": (names.dns(""), REJECT), "dns-null": (names.dns(b"a\x00.test"), REJECT),
        "email-without-at": (names.email("a.test"), REJECT), "email-plain": (names.email("a@a.test"), ACCEPT),
        "email-empty": (names.email(""), REJECT), "uri-with-space": (names.uri("https://a.test/a b"), ACCEPT),
        "uri-spiffe": (names.uri("spiffe://a.test/client"), ACCEPT),
        "uri-not-ascii": (names.uri("https://\u00fc.test/".encode()), REJECT),
        "registered": (names.registered("1.3.6.1.4.1.99999.3"), ACCEPT),
        "other": (names.other(names.UPN, der.utf8("a@a.test")), ACCEPT),
        "smtp-utf8": (names.other(names.SMTP_UTF8, der.utf8("\u00fc@a.test")), ACCEPT),
        "directory": (names.directory(names.common("A")), ACCEPT),
        "unknown-tag": (der.context(9, b"\x00", constructed=False), REJECT),
        "dns-constructed": (der.context(2, der.tlv(0x16, b"a.test")), REJECT),
    }
    for kind, (name, expected) in alternatives.items():
        def leaf(scene: Scene, name: bytes = name) -> None:
            scene.leaf.set("san", extensions.alternative_names(names.dns("client.example.com"), name))

        grammar.add(ALTERNATIVE, f"leaf-{kind}", expected, leaf, excludes=("name", "extension"))


def _contents(grammar: Grammar) -> None:
    point = extensions.distribution_point(None)
    contents: dict[str, tuple[str, Extension, str]] = {
        "no-names": ("san", extensions.alternative_names(), REJECT),
        "no-policies": ("policies", extensions.policies(), ACCEPT),
        "no-points": ("cdp", extensions.distribution_points(), ACCEPT),
        "point-without-anything": ("cdp", extensions.distribution_points(point), ACCEPT),
        "no-access": ("aia", extensions.make("aia", der.sequence()), ACCEPT),
        "purpose-twice": ("eku", extensions.extended_key_usage(extensions.CLIENT_AUTH, extensions.CLIENT_AUTH), ACCEPT),
        "usage-with-nine-unused-bits": ("ku", extensions.make("ku", der.bits(b"\x80", 9), True), REJECT),
        "usage-as-octets": ("ku", extensions.make("ku", der.octets(b"\x80"), True), REJECT),
        "usage-of-no-octet": ("ku", extensions.make("ku", der.tlv(0x03, b"\x00"), True), REJECT),
        "usage-with-set-unused-bits": ("ku", extensions.make("ku", der.bits(b"\x81", 7), True), REJECT),
        "large-identifier": ("unknown", Extension("2.999.1234567890123", der.null()), ACCEPT),
    }
    slots = ("name", "extension", "policy", "purpose", "key-usage", "alternative-name")
    for kind, (extension, value, expected) in contents.items():
        def leaf(scene: Scene, extension: str = extension, value: Extension = value) -> None:
            scene.leaf.set(extension, value)

        grammar.add(CONTENTS, f"leaf-{kind}", expected, leaf, excludes=slots)

    def authority(scene: Scene) -> None:
        scene.some_intermediate().set("cdp", extensions.distribution_points(point))

    grammar.add(CONTENTS, "authority-point-without-anything", ACCEPT, authority, excludes=slots)


def _certificates(grammar: Grammar) -> None:
    def rewritten(change):
        """Changes the bytes of the leaf, once it is signed."""
        def apply(scene: Scene) -> None:
            scene.leaf.written = change(scene.leaf.der())

        return apply

    def long_length(content: bytes) -> bytes:
        body = der.content_of(content)
        return b"\x30\x83" + len(body).to_bytes(3, "big") + body

    def indefinite(content: bytes) -> bytes:
        return b"\x30\x80" + der.content_of(content) + b"\x00\x00"

    broken = {
        "length-too-long": long_length, "indefinite-length": indefinite, "cut-off": lambda content: content[:-1],
        "empty": lambda content: b"", "of-one-byte": lambda content: b"\x30",
        "set-instead": lambda content: b"\x31" + content[1:],
    }
    for kind, change in broken.items():
        grammar.add(ENCODING, f"leaf-{kind}", REJECT, rewritten(change), 9, (ALONE,))

    @grammar.feature(ENCODING, "anchor-not-self-signed", ACCEPT, 5, (LEAF_ONLY,))
    def anchor(scene: Scene) -> None:
        scene.anchors = [scene.clone(scene.anchor, _root(scene))]


def _root(scene: Scene) -> Certificate:
    return scene.authority(names.common("Above"), None)
