"""A certificate as a description that is written at the end, so that features can change any field of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from . import der, extensions
from .extensions import Extension
from .keys import Key


@dataclass
class Certificate:
    """What a certificate says. None leaves a field to its issuer or to convention."""

    subject: bytes
    key: Key
    parent: Certificate | None
    not_before: bytes
    not_after: bytes
    serial: bytes
    extensions: dict[str, Extension] = field(default_factory=dict)
    extra: list[Extension] = field(default_factory=list)
    version: bytes = der.context(0, der.integer(2))
    issuer: bytes | None = None
    signer: Key | None = None
    digest: str = "sha256"
    pss: bool = False
    inner_algorithm: bytes | None = None
    outer_algorithm: bytes | None = None
    unique_identifiers: bytes = b""
    omits_extensions: bool = False
    breaks_signature: bool = False
    trailing: bytes = b""
    written: bytes | None = None

    @property
    def issued_by(self) -> bytes:
        """The issuer's name as written."""
        if self.issuer is not None:
            return self.issuer
        return self.parent.subject if self.parent else self.subject

    @property
    def serial_number(self) -> int:
        return int.from_bytes(der.content_of(self.serial), "big", signed=True)

    def der(self) -> bytes:
        """The certificate, signed once."""
        if self.written is None:
            self.written = self._write()
        return self.written

    def set(self, kind: str, extension: Extension | None) -> None:
        """Replaces an extension, or removes it."""
        if extension is None:
            self.extensions.pop(kind, None)
        else:
            self.extensions[kind] = extension

    def valid(self, start: datetime, end: datetime) -> None:
        self.not_before, self.not_after = der.time(start), der.time(end)

    def _write(self) -> bytes:
        signer = self.signer or (self.parent.key if self.parent else self.key)
        algorithm = signer.algorithm(self.digest, self.pss)
        listed = [extension.der() for extension in [*self.extensions.values(), *self.extra]]
        signed = der.sequence(
            self.version,
            self.serial,
            self.inner_algorithm or algorithm,
            self.issued_by,
            der.sequence(self.not_before, self.not_after),
            self.subject,
            self.key.spki,
            self.unique_identifiers,
            b"" if self.omits_extensions else der.context(3, der.sequence(*listed)),
        )
        signature = bytearray(signer.sign(signed, self.digest, self.pss))
        if self.breaks_signature:
            signature[-1] ^= 1
        return der.sequence(signed, self.outer_algorithm or algorithm, der.bits(bytes(signature))) + self.trailing


def link_identifiers(certificate: Certificate) -> None:
    """The conventional key identifiers."""
    certificate.set("ski", extensions.subject_key_identifier(certificate.key.identifier()))
    if certificate.parent:
        certificate.set("aki", extensions.authority_key_identifier(certificate.parent.key.identifier()))
