"""Scenes about revocation: a conventional path, and statements about it that are written at the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Callable

from . import crl, extensions, names, ocsp
from .certificate import Certificate
from .extensions import CRL_SIGN
from .scene import ACCEPT, REJECT, Grammar, Scene

LOCATION = names.uri("http://127.0.0.1:1/a.crl")
OTHER = names.uri("http://127.0.0.1:1/b.crl")
RESPONDER = names.uri("http://127.0.0.1:1/")
STATUS_OF_ANSWER = {"GOOD": ACCEPT, "REVOKED": REJECT, "UNKNOWN": REJECT}


@dataclass
class RevocationScene(Scene):
    """`main` and `response` are the statements about the leaf; `others` and `answers` come with them."""

    main: crl.List | None = None
    others: list[crl.List] = field(default_factory=list)
    response: ocsp.Response | None = None
    answers: list[ocsp.Response] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)

    @property
    def issuer(self) -> Certificate:
        return self.path[1]

    @property
    def single(self) -> ocsp.Single:
        return self.response.singles[0]

    def case(self, identity: str) -> dict[str, object]:
        if self.main is not None:
            self.lists = [one.der() for one in [self.main, *self.others]] + self.raw
            self.random.shuffle(self.lists)
        elif self.response is not None:
            self.responses = [one.der() for one in [self.response, *self.answers]] + self.raw
        else:
            self.lists, self.responses = (self.raw, []) if self.revocation.startswith("crl") else ([], self.raw)
        return super().case(identity)

    def entry(self, *listed: extensions.Extension) -> crl.Entry:
        return crl.Entry(self.leaf.serial, [*listed])

    def other_signer(self, subject: bytes, *usages: int) -> Certificate:
        """A signer of lists with a key of its own, certified by the issuer's issuer."""
        made = self.authority(subject, self.issuer.parent)
        made.set("bc", None)
        made.set("ku", extensions.key_usage(*(usages or (CRL_SIGN,))))
        self.pool.append(made)
        return made


def listed(kind: str) -> Callable[[Random], RevocationScene]:
    """A scene asked by lists, or by responses, about the leaf alone."""
    def make(random: Random) -> RevocationScene:
        scene = RevocationScene(random, [], [], [], keys_made=random.randrange(16) * 16)
        root = scene.authority(names.common("Root"), None)
        scene.anchors, scene.path = [root], [root]
        scene.path.insert(0, scene.end_entity(names.common("Client"), root))
        for _ in range(random.randrange(1, 3)):
            scene.add_intermediate()
        scene.revocation = f"{kind}-leaf"
        if kind == "crl":
            scene.leaf.set("cdp", extensions.distribution_points(extensions.distribution_point([LOCATION])))
            scene.main = crl.complete(scene.issuer.subject, scene.issuer.key)
        else:
            scene.leaf.set("aia", extensions.authority_access("1.3.6.1.5.5.7.48.1", RESPONDER))
            single = ocsp.Single(ocsp.Identifier(scene.issuer, scene.leaf.serial))
            scene.response = ocsp.Response(scene.issuer, scene.issuer.key, [single])
        return scene

    return make


class Statements:
    """Registers each oddity twice: where the leaf is not revoked, and where it is."""

    def __init__(self, grammar: Grammar, slot: str, revoke: Callable[[RevocationScene], None]) -> None:
        self.grammar, self.slot, self.revoke = grammar, slot, revoke

    def add(
        self,
        name: str,
        unrevoked: str | None,
        revoked: str | None,
        apply: Callable[[RevocationScene], None],
        excludes: tuple[str, ...] = (),
    ) -> None:
        """A status of None leaves that half out."""
        for suffix, status in (("", unrevoked), ("-revoked", revoked)):
            if status is None:
                continue

            def whole(scene: RevocationScene, suffix: str = suffix, status: str = status) -> None:
                if suffix:
                    self.revoke(scene)
                apply(scene)
                scene.status = status

            self.grammar.add(self.slot, name + suffix, STATUS_OF_ANSWER[status], whole, excludes=excludes)
