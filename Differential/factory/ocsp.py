"""OCSP responses (RFC 6960), well-formed and otherwise."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime

from . import der
from .certificate import Certificate
from .extensions import Extension
from .keys import DIGEST_OIDS, Key
from .scene import NOW, SECOND

BASIC, NONCE = "1.3.6.1.5.5.7.48.1.1", "1.3.6.1.5.5.7.48.1.2"
GOOD = der.context(0, constructed=False)
UNKNOWN = der.context(2, constructed=False)


def revoked(moment: datetime = NOW - 3600 * SECOND, reason: int | None = None) -> bytes:
    told = der.context(0, der.enumerated(reason)) if reason is not None else b""
    return der.context(1, der.generalized_time(moment), told)


@dataclass
class Identifier:
    """A CertID."""

    issuer: Certificate
    serial: bytes
    digest: str = "sha1"
    name: bytes | None = None
    key: bytes | None = None
    writes_null: bool = True

    def der(self) -> bytes:
        algorithm = der.sequence(der.oid(DIGEST_OIDS[self.digest]), der.null() if self.writes_null else b"")
        name = self.name or hashlib.new(self.digest, self.issuer.subject).digest()
        key = self.key or self.issuer.key.identifier(self.digest)
        return der.sequence(algorithm, der.octets(name), der.octets(key), self.serial)


@dataclass
class Single:
    """The status of one certificate."""

    identifier: Identifier
    status: bytes = GOOD
    this_update: bytes = der.generalized_time(NOW - 60 * SECOND)
    next_update: bytes | None = der.generalized_time(NOW + 3600 * SECOND)
    extensions: list[Extension] = field(default_factory=list)

    def copy(self, **changes: object) -> Single:
        return replace(self, **changes)

    def der(self) -> bytes:
        end = der.context(0, self.next_update) if self.next_update else b""
        listed = der.context(1, der.sequence(*(one.der() for one in self.extensions))) if self.extensions else b""
        return der.sequence(self.identifier.der(), self.status, self.this_update, end, listed)


@dataclass
class Response:
    """A response; `responder` is the certificate that the identifier names, `key` signs."""

    responder: Certificate
    key: Key
    singles: list[Single]
    by_key: bool = False
    responder_id: bytes | None = None
    produced: bytes = der.generalized_time(NOW - 60 * SECOND)
    certificates: list[Certificate] = field(default_factory=list)
    extensions: list[Extension] = field(default_factory=list)
    status: int = 0
    digest: str = "sha256"
    breaks_signature: bool = False
    trailing: bytes = b""

    def _identity(self) -> bytes:
        if self.responder_id is not None:
            return self.responder_id
        if self.by_key:
            return der.context(2, der.octets(self.responder.key.identifier()))
        return der.context(1, self.responder.subject)

    def der(self) -> bytes:
        if self.status:
            return der.sequence(der.enumerated(self.status))
        data = der.sequence(
            self._identity(),
            self.produced,
            der.sequence(*(single.der() for single in self.singles)),
            der.context(1, der.sequence(*(one.der() for one in self.extensions))) if self.extensions else b"",
        )
        signature = bytearray(self.key.sign(data, self.digest))
        if self.breaks_signature:
            signature[-1] ^= 1
        attached = b"".join(one.der() for one in self.certificates)
        basic = der.sequence(
            data,
            self.key.algorithm(self.digest),
            der.bits(bytes(signature)),
            der.context(0, der.sequence(attached)) if attached else b"",
        )
        body = der.sequence(der.oid(BASIC), der.octets(basic))
        return der.sequence(der.enumerated(0), der.context(0, body)) + self.trailing
