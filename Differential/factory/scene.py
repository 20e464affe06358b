"""A scene: a hierarchy, the question that is put about it, and the features that it was given."""

from __future__ import annotations

import base64
import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Callable

from . import der, extensions, keys, names
from .certificate import Certificate, link_identifiers
from .extensions import CERT_SIGN, CRL_SIGN, DIGITAL_SIGNATURE

NOW = datetime(2026, 6, 15, 12, 0, 0, tzinfo=timezone.utc)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
ACCEPT, REJECT = "accept", "reject"


@dataclass
class Scene:
    """`path` is leaf first, anchor last."""

    random: Random
    path: list[Certificate]
    anchors: list[Certificate]
    pool: list[Certificate]
    features: dict[str, str] = field(default_factory=dict)
    time: str = f"{NOW:%Y-%m-%dT%H:%M:%S}Z"
    policy: dict[str, object] = field(default_factory=dict)
    depth: int | None = None
    keys_made: int = 0
    revocation: str = "none"
    lists: list[bytes] = field(default_factory=list)
    responses: list[bytes] = field(default_factory=list)
    # What revocation ends with: GOOD, REVOKED or UNKNOWN.
    status: str | None = None

    @property
    def leaf(self) -> Certificate:
        return self.path[0]

    @property
    def anchor(self) -> Certificate:
        return self.path[-1]

    @property
    def authorities(self) -> list[Certificate]:
        return self.path[1:]

    @property
    def expected(self) -> str:
        return REJECT if REJECT in self.features.values() else ACCEPT

    def some_intermediate(self) -> Certificate:
        """One of the intermediates; one is added where there is none."""
        if len(self.path) < 3:
            self.add_intermediate()
        return self.random.choice(self.path[1:-1])

    def new_key(self, kind: str = "p256") -> keys.Key:
        self.keys_made += 1
        return keys.key(kind, self.keys_made)

    def add_intermediate(self) -> Certificate:
        """Puts an intermediate between the leaf and its issuer."""
        issuer = self.path[1]
        made = self.authority(names.common(f"Intermediate {len(self.path) - 1}"), issuer)
        self.leaf.parent = made
        link_identifiers(self.leaf)
        self.path.insert(1, made)
        self.pool.append(made)
        return made

    def authority(self, subject: bytes, parent: Certificate | None) -> Certificate:
        made = self._certificate(subject, parent, 3650)
        made.set("bc", extensions.basic_constraints(True))
        made.set("ku", extensions.key_usage(CERT_SIGN, CRL_SIGN))
        link_identifiers(made)
        return made

    def end_entity(self, subject: bytes, parent: Certificate) -> Certificate:
        made = self._certificate(subject, parent, 300)
        made.set("ku", extensions.key_usage(DIGITAL_SIGNATURE))
        made.set("eku", extensions.extended_key_usage(extensions.CLIENT_AUTH))
        made.set("san", extensions.alternative_names(names.dns("client.example.com")))
        link_identifiers(made)
        return made

    def _certificate(self, subject: bytes, parent: Certificate | None, days: int) -> Certificate:
        serial = der.integer(self.random.getrandbits(63) | 1 << 62)
        return Certificate(
            subject, self.new_key(), parent, der.time(NOW - days * DAY), der.time(NOW + days * DAY), serial
        )

    def clone(self, original: Certificate, parent: Certificate | None) -> Certificate:
        """The same subject and key, certified by another issuer."""
        made = copy.copy(original)
        made.extensions = dict(original.extensions)
        made.parent, made.written = parent, None
        made.serial = der.integer(self.random.getrandbits(63) | 1 << 62)
        if parent is not None:
            made.set("aki", extensions.authority_key_identifier(parent.key.identifier()))
        return made

    def case(self, identity: str) -> dict[str, object]:
        """The question as JSON, in the format of `certauth verify --batch`."""
        pool = [certificate.der() for certificate in self.pool]
        self.random.shuffle(pool)
        return {
            "id": identity,
            "mode": "path",
            "purpose": "client",
            "trusted_certs": [_text(certificate.der()) for certificate in self.anchors],
            "untrusted_intermediates": [_text(one) for one in pool],
            "peer_certificate": _text(self.leaf.der()),
            "crls": [_text(one) for one in self.lists],
            "ocsp": [_text(one) for one in self.responses],
            "revocation": self.revocation,
            "validation_time": self.time,
            "max_chain_depth": self.depth,
            "security_level": 2,
            **self.policy,
        }


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def plain(random: Random, intermediates: int) -> Scene:
    """A conventional hierarchy on which everybody agrees."""
    scene = Scene(random, [], [], [], keys_made=random.randrange(16) * 16)
    root = scene.authority(names.common("Root"), None)
    scene.anchors, scene.path = [root], [root]
    scene.path.insert(0, scene.end_entity(names.common("Client"), root))
    for _ in range(intermediates):
        scene.add_intermediate()
    return scene


@dataclass(frozen=True)
class Feature:
    """One oddity: its name, what a verifier must answer when nothing else is odd, and how it is made."""

    name: str
    slot: str
    phase: int
    expected: str
    apply: Callable[[Scene], None]
    excludes: tuple[str, ...] = ()

    def meets(self, other: Feature) -> bool:
        """Whether both can be in one scene and keep their meaning."""
        if self.slot == other.slot or ALONE in self.excludes + other.excludes:
            return False
        return not any(_matches(one, two) for one, two in ((self, other), (other, self)))


def _matches(one: Feature, two: Feature) -> bool:
    excluded = any(two.slot == slot for slot in one.excludes)
    return excluded or LEAF_ONLY in one.excludes and not two.name.split("/")[1].startswith("leaf-")


# A feature with ALONE meets no other, one with LEAF_ONLY only those of the leaf.
ALONE, LEAF_ONLY = "alone", "leaf-only"


class Grammar:
    """The features of one kind of scene. Of one slot a scene gets one feature at most."""

    def __init__(self) -> None:
        self.features: list[Feature] = []

    def feature(
        self, slot: str, name: str, expected: str, phase: int = 1, excludes: tuple[str, ...] = ()
    ) -> Callable[[Callable[[Scene], None]], Callable[[Scene], None]]:
        def register(apply: Callable[[Scene], None]) -> Callable[[Scene], None]:
            self.features.append(Feature(f"{slot}/{name}", slot, phase, expected, apply, excludes))
            return apply

        return register

    def add(
        self,
        slot: str,
        name: str,
        expected: str,
        apply: Callable[[Scene], None],
        phase: int = 1,
        excludes: tuple[str, ...] = (),
    ) -> None:
        self.feature(slot, name, expected, phase, excludes)(apply)

    def choose(self, random: Random, count: int, first: Feature) -> list[Feature]:
        """`first` and others at random that it can meet, in the order in which they are applied."""
        chosen = [first]
        for _ in range(20 * (count - 1)):
            other = random.choice(self.features)
            if len(chosen) < count and all(other.meets(one) for one in chosen):
                chosen.append(other)
        return sorted(chosen, key=lambda feature: feature.phase)
