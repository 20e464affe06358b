"""Keys and signatures. Elliptic keys come from the seed; RSA keys are made once a run."""

import hashlib
from functools import cache
from typing import Callable

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa

from . import der

HASHES = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
DIGEST_OIDS = {
    "sha1": "1.3.14.3.2.26",
    "sha256": "2.16.840.1.101.3.4.2.1",
    "sha384": "2.16.840.1.101.3.4.2.2",
    "sha512": "2.16.840.1.101.3.4.2.3",
}
ECDSA_OIDS = {
    "sha1": "1.2.840.10045.4.1",
    "sha256": "1.2.840.10045.4.3.2",
    "sha384": "1.2.840.10045.4.3.3",
    "sha512": "1.2.840.10045.4.3.4",
}
RSA_OIDS = {
    "sha1": "1.2.840.113549.1.1.5",
    "sha256": "1.2.840.113549.1.1.11",
    "sha384": "1.2.840.113549.1.1.12",
    "sha512": "1.2.840.113549.1.1.13",
}
CURVES: dict[str, type[ec.EllipticCurve]] = {
    "p256": ec.SECP256R1,
    "p384": ec.SECP384R1,
    "p521": ec.SECP521R1,
    "p224": ec.SECP224R1,
    "secp256k1": ec.SECP256K1,
    "brainpool256": ec.BrainpoolP256R1,
}
RSA_BITS = {"rsa1024": 1024, "rsa2048": 2048, "rsa2056": 2056, "rsa3072": 3072}


class Key:
    """A key pair, its SubjectPublicKeyInfo and how it signs."""

    def __init__(self, kind: str, private: object, spki: bytes | None = None) -> None:
        self.kind = kind
        self.private = private
        self.spki = spki or private.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        # Of the BIT STRING's content, without the number of unused bits (RFC 5280 §4.2.1.2 (1)).
        self.bits = self.spki[_bit_string_start(self.spki):]

    def identifier(self, digest: str = "sha1") -> bytes:
        return hashlib.new(digest, self.bits).digest()

    def algorithm(self, digest: str = "sha256", pss: bool = False) -> bytes:
        """The AlgorithmIdentifier of a signature by this key."""
        if isinstance(self.private, ec.EllipticCurvePrivateKey):
            return der.sequence(der.oid(ECDSA_OIDS[digest]))
        if isinstance(self.private, ed25519.Ed25519PrivateKey):
            return der.sequence(der.oid("1.3.101.112"))
        if isinstance(self.private, ed448.Ed448PrivateKey):
            return der.sequence(der.oid("1.3.101.113"))
        if not pss:
            return der.sequence(der.oid(RSA_OIDS[digest]), der.null())
        hashing = der.sequence(der.oid(DIGEST_OIDS[digest]), der.null())
        mask = der.sequence(der.oid("1.2.840.113549.1.1.8"), hashing)
        parameters = der.sequence(
            der.context(0, hashing), der.context(1, mask), der.context(2, der.integer(HASHES[digest].digest_size))
        )
        return der.sequence(der.oid("1.2.840.113549.1.1.10"), parameters)

    def sign(self, message: bytes, digest: str = "sha256", pss: bool = False) -> bytes:
        if isinstance(self.private, ec.EllipticCurvePrivateKey):
            return self.private.sign(message, ec.ECDSA(HASHES[digest], deterministic_signing=True))
        if isinstance(self.private, (ed25519.Ed25519PrivateKey, ed448.Ed448PrivateKey)):
            return self.private.sign(message)
        scheme = padding.PKCS1v15()
        if pss:
            scheme = padding.PSS(padding.MGF1(HASHES[digest]), HASHES[digest].digest_size)
        return self.private.sign(message, scheme, HASHES[digest])


def _bit_string_start(spki: bytes) -> int:
    """The offset of the key's bits in a SubjectPublicKeyInfo."""
    def header(at: int) -> tuple[int, int]:
        length, start = spki[at + 1], at + 2
        if length & 0x80:
            width = length & 0x7F
            length, start = int.from_bytes(spki[start:start + width], "big"), start + width
        return start, length

    start, _ = header(0)
    algorithm, length = header(start)
    key, _ = header(algorithm + length)
    return key + 1


@cache
def rsa_key(kind: str, index: int) -> Key:
    return Key(kind, rsa.generate_private_key(65537, RSA_BITS[kind]))


@cache
def elliptic_key(kind: str, index: int) -> Key:
    seed = hashlib.sha512(f"{kind} {index}".encode()).digest()
    if kind == "ed25519":
        return Key(kind, ed25519.Ed25519PrivateKey.from_private_bytes(seed[:32]))
    if kind == "ed448":
        return Key(kind, ed448.Ed448PrivateKey.from_private_bytes(seed[:57]))
    curve = CURVES[kind]()
    scalar = int.from_bytes(seed, "big") >> max(0, 512 - curve.key_size + 8)
    return Key(kind, ec.derive_private_key(scalar + 1, curve))


def key(kind: str, index: int) -> Key:
    """The key number `index` of its kind; RSA has two of a kind, because they cost time."""
    return rsa_key(kind, index % 2) if kind in RSA_BITS else elliptic_key(kind, index)


def respelled(original: Key, spell: Callable[[Key], bytes]) -> Key:
    """The same key with another SubjectPublicKeyInfo."""
    return Key(original.kind, original.private, spell(original))


def compressed(original: Key) -> bytes:
    """A SubjectPublicKeyInfo with a compressed point."""
    point = original.private.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint
    )
    return der.sequence(_named_curve(), der.bits(point))


def hybrid(original: Key) -> bytes:
    """A SubjectPublicKeyInfo with a hybrid point."""
    return der.sequence(_named_curve(), der.bits(bytes([6 | original.bits[-1] & 1]) + original.bits[1:]))


def off_curve(original: Key) -> bytes:
    """A point that is not on the curve."""
    return der.sequence(_named_curve(), der.bits(original.bits[:-1] + bytes([original.bits[-1] ^ 1])))


def without_parameters(original: Key) -> bytes:
    """An elliptic key that does not name its curve."""
    return der.sequence(der.sequence(der.oid("1.2.840.10045.2.1")), der.bits(original.bits))


def _named_curve() -> bytes:
    return der.sequence(der.oid("1.2.840.10045.2.1"), der.oid("1.2.840.10045.3.1.7"))
