"""What may accompany a revocation scene without changing its answer."""

from . import der, extensions, names
from .certificate import link_identifiers
from .revocation import RevocationScene
from .scene import ACCEPT, Grammar

SIDE = "beside"


def add_to(grammar: Grammar) -> None:
    for kind in ("p384", "ed25519", "rsa2048"):
        def leaf_key(scene: RevocationScene, kind: str = kind) -> None:
            scene.leaf.key = scene.new_key(kind)
            link_identifiers(scene.leaf)

        grammar.add(SIDE, f"leaf-key-{kind}", ACCEPT, leaf_key, phase=0)

    for kind in ("p384", "ed25519", "rsa2048"):
        def issuer_key(scene: RevocationScene, kind: str = kind) -> None:
            former = scene.issuer.key
            scene.issuer.key = scene.new_key(kind)
            for certificate in scene.path[:2]:
                link_identifiers(certificate)
            for statement in (scene.main, scene.response):
                if statement is not None and statement.key is former:
                    statement.key = scene.issuer.key
            if scene.main is not None:
                identifier = extensions.authority_key_identifier(scene.issuer.key.identifier())
                scene.main.extensions["aki"] = identifier

        grammar.add(SIDE, f"issuer-key-{kind}", ACCEPT, issuer_key, phase=0)

    @grammar.feature(SIDE, "leaf-empty-name", ACCEPT)
    def empty(scene: RevocationScene) -> None:
        scene.leaf.subject = names.name()
        scene.leaf.set("san", scene.leaf.extensions["san"].with_critical(True))

    @grammar.feature(SIDE, "unknown-extension", ACCEPT)
    def unknown(scene: RevocationScene) -> None:
        scene.leaf.set("unknown", extensions.make("unknown", der.null()))

    @grammar.feature(SIDE, "unrelated-certificate-in-pool", ACCEPT)
    def unrelated(scene: RevocationScene) -> None:
        scene.pool.append(scene.authority(names.common("Unrelated"), None))

    serials = {"small": 1_000_003, "negative": -1_000_003, "of-20-bytes": 2**158 + 1, "of-21-bytes": 2**160 + 1}
    for kind, number in serials.items():
        def serial(scene: RevocationScene, number: int = number) -> None:
            scene.leaf.serial = der.integer(number)
            if scene.response is not None:
                scene.single.identifier.serial = scene.leaf.serial

        grammar.add(SIDE, f"leaf-serial-{kind}", ACCEPT, serial, phase=0)

    @grammar.feature(SIDE, "leaf-named-like-issuer", ACCEPT)
    def named_like_issuer(scene: RevocationScene) -> None:
        scene.leaf.subject = scene.issuer.subject
