"""Lists by what they cover: scope, partitions, reasons, deltas and indirect lists."""

from . import crl, der, extensions, grammar_crl_fields, names
from .revocation import LOCATION, OTHER, RevocationScene, Statements
from .scene import DAY, NOW, Grammar

GOOD, REVOKED, UNKNOWN = "GOOD", "REVOKED", "UNKNOWN"
# BIT STRING contents of ReasonFlags.
COMPROMISE, ALL_BUT_COMPROMISE = b"\x06\x40", b"\x07\x3f\x80"


def add_to(grammar: Grammar) -> None:
    statements = Statements(grammar, "crl", lambda scene: scene.main.entries.append(scene.entry()))
    statements.add("plain", GOOD, REVOKED, lambda scene: None)
    _scopes(statements)
    _points(statements)
    _deltas(statements)
    _indirect(statements)
    grammar_crl_fields.add_to(statements)


def _scopes(add: Statements) -> None:
    add.add("only-users", GOOD, REVOKED, lambda scene: scene.main.scope(crl.only(1)))
    add.add("only-authorities", UNKNOWN, UNKNOWN, lambda scene: scene.main.scope(crl.only(2)))
    add.add("only-attributes", UNKNOWN, UNKNOWN, lambda scene: scene.main.scope(crl.only(5)))
    add.add("users-and-authorities", UNKNOWN, None, lambda scene: scene.main.scope(crl.only(1), crl.only(2)))
    add.add("scope-plain", GOOD, REVOKED, lambda scene: scene.main.scope(crl.only(1), critical=False))
    add.add("scope-plain-of-authorities", UNKNOWN, UNKNOWN, lambda scene: scene.main.scope(crl.only(2), critical=False))
    add.add("partition", GOOD, REVOKED, lambda scene: scene.main.scope(crl.point(LOCATION)))
    add.add("partition-of-users", GOOD, REVOKED, lambda scene: scene.main.scope(crl.point(LOCATION), crl.only(1)))
    add.add("another-partition", UNKNOWN, UNKNOWN, lambda scene: scene.main.scope(crl.point(OTHER)))
    add.add("partition-with-two-names", GOOD, REVOKED, lambda scene: scene.main.scope(crl.point(OTHER, LOCATION)))
    add.add("some-reasons", UNKNOWN, REVOKED, lambda scene: scene.main.scope(crl.only_reasons(COMPROMISE)))

    def union(scene: RevocationScene) -> None:
        scene.others.append(crl.complete(scene.issuer.subject, scene.issuer.key))
        scene.main.scope(crl.only_reasons(COMPROMISE))
        scene.others[0].scope(crl.only_reasons(ALL_BUT_COMPROMISE))

    add.add("reasons-in-two-lists", GOOD, REVOKED, union)


def _points(add: Statements) -> None:
    def points(scene: RevocationScene, *made: bytes) -> None:
        scene.leaf.set("cdp", extensions.distribution_points(*made) if made else None)

    relative = names.relative(names.attribute("CN", "Part"))
    add.add("no-points", GOOD, REVOKED, lambda scene: points(scene))

    def scope_without_points(scene: RevocationScene) -> None:
        points(scene)
        scene.main.scope(crl.point(LOCATION))

    add.add("partition-without-points", UNKNOWN, UNKNOWN, scope_without_points)

    def relative_twice(scene: RevocationScene) -> None:
        points(scene, extensions.distribution_point(None, relative=relative))
        scene.main.scope(der.context(0, der.context(1, der.content_of(relative))))

    add.add("relative-partition", GOOD, REVOKED, relative_twice)

    def relative_and_full(scene: RevocationScene) -> None:
        points(scene, extensions.distribution_point(None, relative=relative))
        full = der.sequence(der.content_of(scene.issuer.subject), relative)
        scene.main.scope(crl.point(names.directory(full)))

    add.add("relative-point-full-partition", GOOD, REVOKED, relative_and_full)

    def second(scene: RevocationScene) -> None:
        points(scene, extensions.distribution_point([OTHER]), extensions.distribution_point([LOCATION]))
        scene.main.scope(crl.point(LOCATION))

    add.add("second-point", GOOD, REVOKED, second)
    with_reasons = extensions.distribution_point([LOCATION], reasons=COMPROMISE)
    add.add("point-with-reasons", UNKNOWN, REVOKED, lambda scene: points(scene, with_reasons))

    def own_issuer(scene: RevocationScene) -> None:
        points(scene, extensions.distribution_point([LOCATION], issuer=scene.issuer.subject))

    # Only an indirect list answers such a point (RFC 5280 §6.3.3 (b) (1)).
    add.add("point-that-names-the-issuer", UNKNOWN, UNKNOWN, own_issuer)

    def elsewhere(scene: RevocationScene) -> None:
        points(scene, extensions.distribution_point([LOCATION], issuer=names.common("Elsewhere")))

    add.add("all-points-name-another-issuer", UNKNOWN, None, elsewhere)


def _deltas(add: Statements) -> None:
    def delta(scene: RevocationScene, base: int, number: int) -> crl.List:
        """Moves what the list says into a delta beside it."""
        made = scene.main.copy()
        made.number(number)
        made.delta(base)
        scene.main.entries = []
        scene.others.append(made)
        # The pointer to deltas: some verifiers look for one nowhere else.
        point = extensions.distribution_point([LOCATION])
        scene.leaf.set("freshest", extensions.make("freshest", der.sequence(point)))
        return made

    add.add("delta", GOOD, REVOKED, lambda scene: delta(scene, 10, 11) and None)
    add.add("delta-of-an-older-base", GOOD, REVOKED, lambda scene: delta(scene, 7, 11) and None)
    add.add("delta-of-a-later-base", GOOD, None, lambda scene: delta(scene, 12, 13) and None)

    def alone(scene: RevocationScene) -> None:
        scene.main.delta(9)

    add.add("delta-without-base", UNKNOWN, None, alone)

    def takes_back(reason: int):
        def apply(scene: RevocationScene) -> None:
            made = delta(scene, 10, 11)
            made.entries = [scene.entry(crl.reason(crl.REMOVED))]
            scene.main.entries = [scene.entry(crl.reason(reason))]

        return apply

    add.add("delta-takes-back-hold", GOOD, None, takes_back(crl.ON_HOLD))
    add.add("delta-takes-back-compromise", REVOKED, None, takes_back(crl.KEY_COMPROMISE))

    def stale(scene: RevocationScene) -> None:
        delta(scene, 10, 11).updates(NOW - 3 * DAY, NOW - 2 * DAY)

    add.add("delta-ended", GOOD, REVOKED, stale)


def _indirect(add: Statements) -> None:
    def indirect(scene: RevocationScene, marked: bool = True, named: bool = True) -> None:
        signer = scene.other_signer(names.common("List Signer"))
        point = extensions.distribution_point([LOCATION])
        if named:
            point = extensions.distribution_point([LOCATION], issuer=signer.subject)
        scene.leaf.set("cdp", extensions.distribution_points(point))
        entries = scene.main.entries
        scene.main = crl.complete(signer.subject, signer.key)
        scene.main.entries = entries
        for entry in entries:
            entry.extensions.append(crl.certificate_issuer(names.directory(scene.issuer.subject)))
        scene.main.scope(crl.point(LOCATION), *([crl.only(4)] if marked else []))

    add.add("indirect", GOOD, REVOKED, indirect)
    add.add("indirect-unmarked", UNKNOWN, None, lambda scene: indirect(scene, marked=False))
    add.add("indirect-unnamed", UNKNOWN, UNKNOWN, lambda scene: indirect(scene, named=False))

    def other_issuer(scene: RevocationScene) -> None:
        indirect(scene)
        scene.main.entries = [scene.entry(crl.certificate_issuer(names.directory(names.common("Another"))))]

    add.add("indirect-serial-of-another-issuer", GOOD, None, other_issuer)

    def entry_issuer(spelling: str):
        def apply(scene: RevocationScene) -> None:
            scene.issuer.subject = names.common("\u00c9cole")
            indirect(scene)
            scene.main.entries = [scene.entry(crl.certificate_issuer(names.directory(names.common(spelling))))]

        return apply

    add.add("indirect-issuer-in-other-case-beyond-ascii", REVOKED, None, entry_issuer("\u00e9COLE"))
    add.add("indirect-issuer-with-another-accent", GOOD, None, entry_issuer("\u00c8cole"))

    def inherited(scene: RevocationScene) -> None:
        indirect(scene)
        first = crl.Entry(der.integer(5), [crl.certificate_issuer(names.directory(scene.issuer.subject))])
        scene.main.entries = [first, scene.entry()]

    add.add("indirect-issuer-of-the-entry-before", REVOKED, None, inherited)

    def own(scene: RevocationScene) -> None:
        indirect(scene)
        scene.main.entries = [scene.entry()]

    add.add("indirect-entry-of-the-signer", GOOD, None, own)

    def same_issuer(scene: RevocationScene) -> None:
        scene.main.scope(crl.only(4))

    add.add("marked-indirect-by-the-issuer", GOOD, REVOKED, same_issuer)
