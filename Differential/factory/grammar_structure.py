"""The shape of hierarchies: cross-certificates, rollover, equal names, several anchors, missing certificates."""

from . import names
from .certificate import Certificate
from .scene import ACCEPT, DAY, LEAF_ONLY, NOW, REJECT, Grammar, Scene

SHAPE = "shape"
LAST = 5


def add_to(grammar: Grammar) -> None:
    _crosses(grammar)
    _anchors(grammar)
    _missing(grammar)


def _foreign_root(scene: Scene, name: str = "Foreign Root") -> Certificate:
    return scene.authority(names.common(name), None)


def _crosses(grammar: Grammar) -> None:
    @grammar.feature(SHAPE, "cross-to-untrusted-root", ACCEPT, LAST, (LEAF_ONLY,))
    def untrusted(scene: Scene) -> None:
        foreign = _foreign_root(scene)
        scene.pool.append(scene.clone(scene.some_intermediate(), foreign))
        scene.pool.append(foreign)

    @grammar.feature(SHAPE, "root-crossed-by-untrusted-root", ACCEPT, LAST, (LEAF_ONLY,))
    def crossed_root(scene: Scene) -> None:
        foreign = _foreign_root(scene)
        scene.pool += [scene.clone(scene.anchor, foreign), foreign]

    @grammar.feature(SHAPE, "trusted-by-cross-alone", ACCEPT, LAST, (LEAF_ONLY,))
    def by_cross(scene: Scene) -> None:
        foreign = _foreign_root(scene)
        scene.pool += [scene.clone(scene.anchor, foreign), scene.anchor]
        scene.anchors = [foreign]

    @grammar.feature(SHAPE, "expired-cross-beside", ACCEPT, LAST, (LEAF_ONLY,))
    def expired(scene: Scene) -> None:
        middle = scene.some_intermediate()
        old = scene.clone(middle, middle.parent)
        old.valid(NOW - 900 * DAY, NOW - DAY)
        scene.pool.append(old)

    @grammar.feature(SHAPE, "forged-twin-beside", ACCEPT, LAST, (LEAF_ONLY,))
    def forged(scene: Scene) -> None:
        middle = scene.some_intermediate()
        twin = scene.clone(middle, middle.parent)
        twin.signer = scene.new_key()
        scene.pool.append(twin)

    @grammar.feature(SHAPE, "twin-with-another-key-beside", ACCEPT, LAST, (LEAF_ONLY,))
    def another_key(scene: Scene) -> None:
        middle = scene.some_intermediate()
        scene.pool.append(scene.authority(middle.subject, middle.parent))

    @grammar.feature(SHAPE, "twin-with-another-key-and-no-identifier", ACCEPT, LAST, (LEAF_ONLY, "identifier"))
    def unidentified(scene: Scene) -> None:
        another_key(scene)
        scene.leaf.set("aki", None)

    @grammar.feature(SHAPE, "ring-of-crosses", REJECT, LAST, (LEAF_ONLY,))
    def ring(scene: Scene) -> None:
        one, two = (_foreign_root(scene, f"Ring {number}") for number in (1, 2))
        first, second = scene.clone(one, two), scene.clone(two, one)
        scene.leaf.parent, scene.leaf.written = first, None
        scene.pool += [first, second]

    @grammar.feature(SHAPE, "rollover-new-with-old", ACCEPT, LAST, (LEAF_ONLY,))
    def rollover(scene: Scene) -> None:
        old = _foreign_root(scene, "Rolled")
        scene.anchor.subject = old.subject
        scene.pool += [scene.clone(scene.anchor, old), scene.anchor]
        scene.anchors = [old]

    @grammar.feature(SHAPE, "unrelated-certificates-in-pool", ACCEPT, LAST, (LEAF_ONLY,))
    def unrelated(scene: Scene) -> None:
        foreign = _foreign_root(scene)
        scene.pool += [foreign, scene.authority(names.common("Unrelated"), foreign)]

    @grammar.feature(SHAPE, "same-certificate-twice-in-pool", ACCEPT, LAST, (LEAF_ONLY,))
    def twice(scene: Scene) -> None:
        scene.pool.append(scene.some_intermediate())


def _anchors(grammar: Grammar) -> None:
    @grammar.feature(SHAPE, "several-anchors", ACCEPT, LAST, (LEAF_ONLY,))
    def several(scene: Scene) -> None:
        scene.anchors += [_foreign_root(scene, f"Foreign {number}") for number in range(3)]
        scene.random.shuffle(scene.anchors)

    @grammar.feature(SHAPE, "two-anchors-with-one-name", ACCEPT, LAST, (LEAF_ONLY,))
    def one_name(scene: Scene) -> None:
        scene.anchors.append(scene.authority(scene.anchor.subject, None))
        scene.random.shuffle(scene.anchors)

    @grammar.feature(SHAPE, "anchor-in-pool-too", ACCEPT, LAST, (LEAF_ONLY,))
    def in_pool(scene: Scene) -> None:
        scene.pool.append(scene.anchor)

    @grammar.feature(SHAPE, "intermediate-is-anchor", ACCEPT, LAST, (LEAF_ONLY,))
    def intermediate(scene: Scene) -> None:
        scene.some_intermediate()
        scene.anchors = [scene.path[1]]
        scene.pool = []

    @grammar.feature(SHAPE, "self-signed-leaf", REJECT, LAST, (LEAF_ONLY,))
    def self_signed(scene: Scene) -> None:
        scene.leaf.parent, scene.leaf.signer = None, None
        scene.leaf.extensions.pop("aki", None)

    @grammar.feature(SHAPE, "self-signed-leaf-is-anchor", REJECT, LAST, (LEAF_ONLY,))
    def own_anchor(scene: Scene) -> None:
        self_signed(scene)
        scene.anchors.append(scene.leaf)

    @grammar.feature(SHAPE, "issued-leaf-is-anchor-too", ACCEPT, LAST, (LEAF_ONLY,))
    def leaf_too(scene: Scene) -> None:
        scene.anchors.append(scene.leaf)


def _missing(grammar: Grammar) -> None:
    @grammar.feature(SHAPE, "intermediate-missing", REJECT, LAST, (LEAF_ONLY,))
    def intermediate(scene: Scene) -> None:
        missing = scene.some_intermediate()
        scene.pool = [certificate for certificate in scene.pool if certificate is not missing]

    @grammar.feature(SHAPE, "anchor-is-another", REJECT, LAST, (LEAF_ONLY,))
    def anchor(scene: Scene) -> None:
        scene.anchors = [_foreign_root(scene)]
        scene.pool.append(scene.anchor)

    @grammar.feature(SHAPE, "anchor-is-impostor", REJECT, LAST, (LEAF_ONLY,))
    def impostor(scene: Scene) -> None:
        scene.anchors = [scene.authority(scene.anchor.subject, None)]

    @grammar.feature(SHAPE, "seven-intermediates", ACCEPT, -1)
    def long(scene: Scene) -> None:
        while len(scene.path) < 9:
            scene.add_intermediate()

    @grammar.feature(SHAPE, "deeper-than-allowed", REJECT, LAST, (LEAF_ONLY,))
    def deep(scene: Scene) -> None:
        scene.some_intermediate()
        scene.depth = len(scene.path) - 3

    @grammar.feature(SHAPE, "as-deep-as-allowed", ACCEPT, LAST, (LEAF_ONLY,))
    def exact(scene: Scene) -> None:
        scene.depth = len(scene.path) - 2
