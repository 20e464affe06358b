"""Distinguished names and general names in every spelling."""

from . import der

ATTRIBUTES = {
    "CN": "2.5.4.3", "SN": "2.5.4.4", "serialNumber": "2.5.4.5", "C": "2.5.4.6", "L": "2.5.4.7", "ST": "2.5.4.8",
    "O": "2.5.4.10", "OU": "2.5.4.11", "DC": "0.9.2342.19200300.100.1.25", "UID": "0.9.2342.19200300.100.1.1",
    "emailAddress": "1.2.840.113549.1.9.1", "odd": "1.3.6.1.4.1.99999.7",
}
TAGS = {"utf8": 0x0C, "numeric": 0x12, "printable": 0x13, "teletex": 0x14, "ia5": 0x16, "universal": 0x1C, "bmp": 0x1E}
ENCODINGS = {"utf8": "utf-8", "universal": "utf-32-be", "bmp": "utf-16-be", "teletex": "latin-1"}


def attribute(kind: str, text: str | bytes, string: str = "utf8") -> bytes:
    """An AttributeTypeAndValue; bytes are taken as they are."""
    content = text if isinstance(text, bytes) else text.encode(ENCODINGS.get(string, "ascii"))
    return der.sequence(der.oid(ATTRIBUTES[kind]), der.tlv(TAGS[string], content))


def relative(*attributes: bytes) -> bytes:
    """A RelativeDistinguishedName."""
    return der.set_of(*attributes)


def name(*parts: tuple[str, str] | bytes, string: str = "utf8") -> bytes:
    """A Name: pairs are attributes of their own, bytes are whole relative names."""
    written = [part if isinstance(part, bytes) else relative(_conventional(*part, string)) for part in parts]
    return der.sequence(*written)


def _conventional(kind: str, text: str, string: str) -> bytes:
    """An attribute in the string type of its definition, and in `string` where there is a choice."""
    fixed = {"C": "printable", "serialNumber": "printable", "DC": "ia5", "emailAddress": "ia5"}
    return attribute(kind, text, fixed.get(kind, string))


def common(text: str, string: str = "utf8") -> bytes:
    """The names of this factory: an organization and a common name."""
    return name(("O", "Factory"), ("CN", text), string=string)


def dns(text: str | bytes) -> bytes:
    return der.context(2, text if isinstance(text, bytes) else text.encode(), constructed=False)


def email(text: str | bytes) -> bytes:
    return der.context(1, text if isinstance(text, bytes) else text.encode(), constructed=False)


def uri(text: str | bytes) -> bytes:
    return der.context(6, text if isinstance(text, bytes) else text.encode(), constructed=False)


def address(content: bytes) -> bytes:
    return der.context(7, content, constructed=False)


def directory(written: bytes) -> bytes:
    return der.context(4, written)


def registered(dotted: str) -> bytes:
    return der.context(8, der.content_of(der.oid(dotted)), constructed=False)


def other(dotted: str, value: bytes) -> bytes:
    return der.context(0, der.oid(dotted), der.context(0, value))


SMTP_UTF8 = "1.3.6.1.5.5.7.8.9"
UPN = "1.3.6.1.4.1.311.20.2.3"
