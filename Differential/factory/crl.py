"""Certificate revocation lists (RFC 5280 §5), well-formed and otherwise."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from . import der, extensions
from .extensions import Extension
from .keys import Key
from .scene import DAY, NOW

NUMBER, DELTA, ISSUING_POINT = "2.5.29.20", "2.5.29.27", "2.5.29.28"
REASON, INVALIDITY, CERTIFICATE_ISSUER = "2.5.29.21", "2.5.29.24", "2.5.29.29"
KEY_COMPROMISE, SUPERSEDED, ON_HOLD, REMOVED = 1, 4, 6, 8


@dataclass
class Entry:
    """A revoked certificate."""

    serial: bytes
    extensions: list[Extension] = field(default_factory=list)
    date: bytes = der.time(NOW - DAY)

    def der(self) -> bytes:
        listed = der.sequence(*(one.der() for one in self.extensions)) if self.extensions else b""
        return der.sequence(self.serial, self.date, listed)


@dataclass
class List:
    """What a list says; `issuer` is its Name, `key` signs it."""

    issuer: bytes
    key: Key
    entries: list[Entry] = field(default_factory=list)
    this_update: bytes = der.time(NOW - DAY)
    next_update: bytes | None = der.time(NOW + 6 * DAY)
    extensions: dict[str, Extension] = field(default_factory=dict)
    extra: list[Extension] = field(default_factory=list)
    version: bytes = der.integer(1)
    digest: str = "sha256"
    inner_algorithm: bytes | None = None
    breaks_signature: bool = False
    writes_empty_list: bool = False
    trailing: bytes = b""

    def copy(self, **changes: object) -> List:
        made = replace(self, **changes)
        made.entries, made.extensions, made.extra = list(made.entries), dict(made.extensions), list(made.extra)
        return made

    def number(self, value: int, critical: bool = False) -> None:
        self.extensions["number"] = Extension(NUMBER, der.integer(value), critical)

    def scope(self, *parts: bytes, critical: bool = True) -> None:
        """The issuing distribution point."""
        self.extensions["scope"] = Extension(ISSUING_POINT, der.sequence(*parts), critical)

    def delta(self, base: int) -> None:
        self.extensions["delta"] = Extension(DELTA, der.integer(base), True)

    def updates(self, start: datetime, end: datetime | None) -> None:
        self.this_update, self.next_update = der.time(start), der.time(end) if end else None

    def der(self) -> bytes:
        algorithm = self.key.algorithm(self.digest)
        listed = [one.der() for one in [*self.extensions.values(), *self.extra]]
        revoked = der.sequence(*(entry.der() for entry in self.entries))
        signed = der.sequence(
            self.version,
            self.inner_algorithm or algorithm,
            self.issuer,
            self.this_update,
            self.next_update or b"",
            revoked if self.entries or self.writes_empty_list else b"",
            der.context(0, der.sequence(*listed)) if listed else b"",
        )
        signature = bytearray(self.key.sign(signed, self.digest))
        if self.breaks_signature:
            signature[-1] ^= 1
        return der.sequence(signed, algorithm, der.bits(bytes(signature))) + self.trailing


def complete(issuer: bytes, key: Key, number: int = 10) -> List:
    """A conventional complete list without entries."""
    made = List(issuer, key)
    made.extensions["aki"] = extensions.authority_key_identifier(key.identifier())
    made.number(number)
    return made


def reason(code: int) -> Extension:
    return Extension(REASON, der.enumerated(code))


def certificate_issuer(general_name: bytes) -> Extension:
    return Extension(CERTIFICATE_ISSUER, der.sequence(general_name), True)


def point(*names: bytes) -> bytes:
    """The distribution point of a scope, by full names."""
    return der.context(0, der.context(0, *names))


def only(number: int) -> bytes:
    """1 users, 2 authorities, 4 indirect, 5 attributes."""
    return der.context(number, b"\xff", constructed=False)


def only_reasons(content: bytes) -> bytes:
    return der.context(3, content, constructed=False)
