"""Lists field by field: extensions, times, signers, entries, and several lists together."""

from datetime import datetime, timezone

from . import crl, der, extensions, keys, names
from .extensions import CERT_SIGN, Extension
from .revocation import LOCATION, OTHER, RevocationScene, Statements
from .scene import DAY, NOW, SECOND

GOOD, REVOKED, UNKNOWN = "GOOD", "REVOKED", "UNKNOWN"


def add_to(statements: Statements) -> None:
    _fields(statements)
    _times(statements)
    _signers(statements)
    _entries(statements)
    _several(statements)
    _whole_path(statements)


def _fields(add: Statements) -> None:
    def without(kind: str):
        return lambda scene: scene.main.extensions.pop(kind) and None

    def wrong_key(scene: RevocationScene) -> None:
        scene.main.extensions["aki"] = extensions.authority_key_identifier(bytes(20))

    add.add("aki-absent", GOOD, REVOKED, without("aki"))
    add.add("aki-wrong", GOOD, REVOKED, wrong_key)
    add.add("number-absent", GOOD, REVOKED, without("number"))
    add.add("number-critical", UNKNOWN, None, lambda scene: scene.main.number(10, critical=True))
    add.add("number-zero", GOOD, REVOKED, lambda scene: scene.main.number(0))
    add.add("number-of-20-bytes", GOOD, REVOKED, lambda scene: scene.main.number(2**155))

    def first_version(scene: RevocationScene) -> None:
        scene.main.version, scene.main.extensions = b"", {}

    add.add("version-1", GOOD, REVOKED, first_version)
    unknown = Extension("1.3.6.1.4.1.99999.4", der.null())
    add.add("unknown-extension", GOOD, REVOKED, lambda scene: scene.main.extra.append(unknown))
    add.add("unknown-critical", UNKNOWN, UNKNOWN, lambda scene: scene.main.extra.append(unknown.with_critical(True)))

    def doubled(scene: RevocationScene) -> None:
        scene.main.extra.append(scene.main.extensions["number"])

    add.add("number-doubled", UNKNOWN, None, doubled)

    def malformed_scope(scene: RevocationScene) -> None:
        scene.main.extensions["scope"] = Extension(crl.ISSUING_POINT, b"\x30\x03\x02\x01", True)

    add.add("scope-malformed", UNKNOWN, None, malformed_scope)

    def change(field: str, value: object):
        return lambda scene: setattr(scene.main, field, value)

    add.add("broken-signature", UNKNOWN, UNKNOWN, change("breaks_signature", True))
    add.add("bytes-behind", UNKNOWN, UNKNOWN, change("trailing", b"\x00"))
    add.add("sha384", GOOD, REVOKED, change("digest", "sha384"))
    # The digest is no choice of every kind of key.
    add.add("sha1", UNKNOWN, None, change("digest", "sha1"), ("beside",))
    right = extensions.authority_key_identifier(None)
    add.add("aki-empty", GOOD, REVOKED, lambda scene: scene.main.extensions.update(aki=right))
    freshest = extensions.make("freshest", der.sequence(extensions.distribution_point([OTHER])))
    add.add("freshest", GOOD, REVOKED, lambda scene: scene.main.extra.append(freshest))
    named = Extension("2.5.29.18", der.sequence(names.dns("ca.example.com")))
    add.add("issuer-alternative-name", GOOD, REVOKED, lambda scene: scene.main.extra.append(named))
    inner = der.sequence(der.oid(keys.ECDSA_OIDS["sha384"]))
    add.add("algorithms-differ", UNKNOWN, UNKNOWN, change("inner_algorithm", inner))

    def nothing(scene: RevocationScene) -> None:
        scene.main = None

    def garbage(scene: RevocationScene) -> None:
        scene.main, scene.raw = None, [b"\x30\x03\x02\x01\x00"]

    add.add("none", UNKNOWN, None, nothing)
    add.add("malformed", UNKNOWN, None, garbage)


def _times(add: Statements) -> None:
    def between(start: datetime, end: datetime | None):
        return lambda scene: scene.main.updates(start, end)

    add.add("ended", UNKNOWN, REVOKED, between(NOW - 9 * DAY, NOW - DAY))
    add.add("ended-a-second-ago", UNKNOWN, REVOKED, between(NOW - 9 * DAY, NOW - SECOND))
    add.add("last-second", GOOD, REVOKED, between(NOW - DAY, NOW))
    add.add("first-second", GOOD, REVOKED, between(NOW, NOW + DAY))
    add.add("from-the-future", UNKNOWN, REVOKED, between(NOW + DAY, NOW + 2 * DAY))
    add.add("within-clock-skew", GOOD, REVOKED, between(NOW + 30 * SECOND, NOW + DAY))
    add.add("without-next-update", UNKNOWN, REVOKED, between(NOW - DAY, None))
    add.add("until-2060", GOOD, REVOKED, between(NOW - DAY, datetime(2060, 1, 1, tzinfo=timezone.utc)))

    add.add("upside-down", UNKNOWN, None, between(NOW - DAY, NOW - 2 * DAY))

    def malformed(scene: RevocationScene) -> None:
        scene.main.next_update = b"\x17\x0b3606151200Z"

    add.add("time-without-seconds", UNKNOWN, None, malformed)

    def generalized(scene: RevocationScene) -> None:
        scene.main.this_update = der.generalized_time(NOW - DAY)

    add.add("generalized-too-early", GOOD, REVOKED, generalized)


def _signers(add: Statements) -> None:
    def by(scene: RevocationScene, *usages: int) -> object:
        signer = scene.other_signer(scene.issuer.subject, *usages)
        scene.main.key = signer.key
        scene.main.extensions["aki"] = extensions.authority_key_identifier(signer.key.identifier())
        return signer

    def expired(scene: RevocationScene) -> None:
        by(scene).valid(NOW - 9 * DAY, NOW - DAY)

    add.add("another-key-of-the-issuer", GOOD, REVOKED, lambda scene: by(scene) and None)
    add.add("another-key-without-list-usage", UNKNOWN, UNKNOWN, lambda scene: by(scene, CERT_SIGN) and None)
    add.add("another-key-expired", UNKNOWN, UNKNOWN, expired)

    def signer_revoked(scene: RevocationScene) -> None:
        signer = by(scene)
        scene.revocation = "crl-all"
        for authority in scene.path[2:]:
            scene.others.append(crl.complete(authority.subject, authority.key))
        scene.others[0].entries = [crl.Entry(signer.serial)]

    add.add("another-key-revoked", UNKNOWN, UNKNOWN, signer_revoked)

    def renewed(scene: RevocationScene) -> None:
        scene.pool.append(scene.clone(scene.issuer, scene.issuer.parent))

    add.add("issuer-certified-twice", GOOD, REVOKED, renewed)

    def stranger(scene: RevocationScene) -> None:
        scene.main.key = scene.new_key()

    add.add("key-of-a-stranger", UNKNOWN, UNKNOWN, stranger)

    def usage(extension: Extension | None):
        return lambda scene: scene.issuer.set("ku", extension)

    add.add("issuer-without-list-usage", UNKNOWN, UNKNOWN, usage(extensions.key_usage(CERT_SIGN)))
    add.add("issuer-without-key-usage", GOOD, REVOKED, usage(None))

    def spelled(name: bytes):
        return lambda scene: setattr(scene.main, "issuer", name)

    def upper(scene: RevocationScene) -> None:
        scene.issuer.subject = names.common("Issuer Of Lists")
        scene.main.issuer = names.common("ISSUER of lists")

    def other_string(scene: RevocationScene) -> None:
        scene.issuer.subject = names.common("Issuer Of Lists")
        scene.main.issuer = names.common("Issuer Of Lists", "printable")

    def beyond_ascii(spelling: str):
        def apply(scene: RevocationScene) -> None:
            scene.issuer.subject = names.common("\u00c9cole")
            scene.main.issuer = names.common(spelling)

        return apply

    add.add("issuer-in-other-case-beyond-ascii", GOOD, REVOKED, beyond_ascii("\u00e9COLE"))
    add.add("issuer-in-other-composition", GOOD, REVOKED, beyond_ascii("E\u0301cole"))
    add.add("issuer-with-another-accent", UNKNOWN, UNKNOWN, beyond_ascii("\u00c8cole"))
    add.add("issuer-in-other-string", GOOD, REVOKED, other_string)
    add.add("issuer-in-other-case", GOOD, REVOKED, upper)
    add.add("issuer-is-another", UNKNOWN, UNKNOWN, spelled(names.common("Another")))


def _entries(add: Statements) -> None:
    unknown = Extension("1.3.6.1.4.1.99999.6", der.null())

    def only(*entries: crl.Entry):
        return lambda scene: scene.main.entries.extend(entries)

    add.add("other-serials", GOOD, REVOKED, only(*(crl.Entry(der.integer(number)) for number in range(1, 50))))
    critical = crl.Entry(der.integer(5), [unknown.with_critical(True)])
    add.add("critical-unknown-in-another-entry", UNKNOWN, None, only(critical))
    add.add("unknown-in-another-entry", GOOD, REVOKED, only(crl.Entry(der.integer(5), [unknown])))

    def entry(*listed: Extension, date: datetime = NOW - DAY):
        def apply(scene: RevocationScene) -> None:
            scene.main.entries = [scene.entry(*listed)]
            scene.main.entries[0].date = der.time(date)

        return apply

    for code in (0, 1, 2, 3, 4, 5, 6, 9, 10):
        add.add(f"reason-{code}", REVOKED, None, entry(crl.reason(code)))
    add.add("reason-remove-in-complete-list", REVOKED, None, entry(crl.reason(crl.REMOVED)))
    add.add("reason-unknown", UNKNOWN, None, entry(crl.reason(77)))
    add.add("revoked-tomorrow", REVOKED, None, entry(date=NOW + DAY))
    invalid = Extension(crl.INVALIDITY, der.generalized_time(NOW - 9 * DAY))
    add.add("invalidity-date", REVOKED, None, entry(crl.reason(1), invalid))
    add.add("critical-unknown-in-entry", UNKNOWN, None, entry(unknown.with_critical(True)))

    later = crl.Entry(der.integer(6), date=der.generalized_time(NOW - DAY))
    add.add("generalized-date-of-another-entry", GOOD, REVOKED, only(later))

    def negated(scene: RevocationScene) -> None:
        scene.main.entries = [crl.Entry(der.integer(-scene.leaf.serial_number))]

    def empty(scene: RevocationScene) -> None:
        scene.main.writes_empty_list = True

    def twice(scene: RevocationScene) -> None:
        scene.main.entries *= 2

    add.add("negated-serial", GOOD, None, negated)
    add.add("empty-list-written", GOOD, None, empty)
    add.add("listed-twice", None, REVOKED, twice)


def _several(add: Statements) -> None:
    def beside(hours: int, number: int):
        """A list without entries, made some hours after the other."""
        def apply(scene: RevocationScene) -> None:
            made = crl.complete(scene.issuer.subject, scene.issuer.key, number)
            made.updates(NOW - DAY + hours * 3600 * SECOND, NOW + 5 * DAY)
            scene.others.append(made)

        return apply

    add.add("a-later-list-is-empty", GOOD, GOOD, beside(2, 11))
    add.add("an-earlier-list-is-empty", GOOD, REVOKED, beside(-2, 9))
    add.add("later-with-a-smaller-number", GOOD, REVOKED, beside(2, 9))
    add.add("earlier-with-a-larger-number", GOOD, REVOKED, beside(-2, 11))
    add.add("same-number-and-time", GOOD, REVOKED, beside(0, 10))

    def partitions(scene: RevocationScene) -> None:
        """A list of another partition names the certificate, its own does not."""
        other = scene.main.copy(entries=[scene.entry()])
        other.scope(crl.point(OTHER))
        scene.main.scope(crl.point(LOCATION))
        scene.others.append(other)

    add.add("listed-in-another-partition", GOOD, REVOKED, partitions)

    def forged(scene: RevocationScene) -> None:
        beside(2, 11)(scene)
        scene.others[0].key = scene.new_key()

    add.add("a-later-list-is-forged", GOOD, REVOKED, forged)

    def ended(scene: RevocationScene) -> None:
        scene.others.append(scene.main.copy())
        scene.others[0].updates(NOW - 9 * DAY, NOW - 2 * DAY)
        scene.others[0].number(3)
        scene.main.entries = []

    add.add("listed-in-an-ended-predecessor", GOOD, GOOD, ended)

    def unrelated(scene: RevocationScene) -> None:
        foreign = crl.complete(names.common("Foreign"), scene.new_key())
        foreign.entries = [scene.entry()]
        scene.others.append(foreign)

    add.add("a-foreign-list-beside", GOOD, REVOKED, unrelated)


def _whole_path(add: Statements) -> None:
    def whole(scene: RevocationScene, *missing: int) -> None:
        scene.revocation = "crl-all"
        for number, authority in enumerate(scene.path[2:]):
            if number not in missing:
                scene.others.append(crl.complete(authority.subject, authority.key))

    def revoke_issuer(scene: RevocationScene) -> None:
        whole(scene)
        scene.others[0].entries = [crl.Entry(scene.issuer.serial)]

    add.add("whole-path", GOOD, REVOKED, whole)
    add.add("whole-path-issuer-revoked", REVOKED, REVOKED, revoke_issuer)
    add.add("whole-path-issuer-without-list", UNKNOWN, REVOKED, lambda scene: whole(scene, 0))
