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

    @grammar.feature(SIDE, "leaf-serial-small", ACCEPT, phase=0)
    def serial(scene: RevocationScene) -> None:
        scene.leaf.serial = der.integer(1_000_003)
        if scene.response is not None:
            scene.single.identifier.serial = scene.leaf.serial
