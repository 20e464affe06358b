"""OCSP: responders, identifiers, times, several answers, extensions and statuses."""

import hashlib
from datetime import datetime

from . import der, extensions, names, ocsp
from .certificate import Certificate
from .extensions import ANY_USAGE, DIGITAL_SIGNATURE, KEY_ENCIPHERMENT, OCSP_SIGNING, Extension
from .revocation import RevocationScene, Statements
from .scene import DAY, NOW, SECOND, Grammar

GOOD, REVOKED, UNKNOWN = "GOOD", "REVOKED", "UNKNOWN"


def add_to(grammar: Grammar) -> None:
    statements = Statements(grammar, "ocsp", lambda scene: setattr(scene.single, "status", ocsp.revoked()))
    statements.add("plain", GOOD, REVOKED, lambda scene: None)
    _responders(statements)
    _delegates(statements)
    _identifiers(statements)
    _times(statements)
    _statuses(statements)
    _several(statements)
    _fields(statements)


def _change(field: str, value: object):
    return lambda scene: setattr(scene.response, field, value)


def _responders(add: Statements) -> None:
    add.add("issuer-by-key", GOOD, REVOKED, _change("by_key", True))
    add.add("issuer-by-another-name", UNKNOWN, None, _change("responder_id", der.context(1, names.common("Another"))))

    def spelled(spelling: str):
        def apply(scene: RevocationScene) -> None:
            scene.issuer.subject = names.common("\u00c9cole")
            scene.response.responder_id = der.context(1, names.common(spelling))

        return apply

    add.add("issuer-in-other-case-beyond-ascii", GOOD, REVOKED, spelled("\u00e9COLE"))
    add.add("issuer-with-another-accent", UNKNOWN, None, spelled("\u00c8cole"))
    add.add("issuer-by-another-key", UNKNOWN, None, _change("responder_id", der.context(2, der.octets(bytes(20)))))

    def attached(scene: RevocationScene) -> None:
        scene.response.certificates = [scene.issuer]

    add.add("issuer-attached", GOOD, REVOKED, attached)

    def stranger(scene: RevocationScene) -> None:
        scene.response.key = scene.new_key()

    add.add("key-of-a-stranger", UNKNOWN, UNKNOWN, stranger)

    def leaf_itself(scene: RevocationScene) -> None:
        scene.response.responder, scene.response.key = scene.leaf, scene.leaf.key
        scene.response.certificates = [scene.leaf]

    add.add("the-client-itself", UNKNOWN, UNKNOWN, leaf_itself)

    def superior(scene: RevocationScene) -> None:
        root = scene.issuer.parent
        scene.response.responder, scene.response.key = root, root.key

    add.add("issuer-of-the-issuer", UNKNOWN, UNKNOWN, superior)


def _delegate(scene: RevocationScene, issuer: Certificate | None = None, *usages: str) -> Certificate:
    """A delegated responder, attached to the response."""
    made = scene.end_entity(names.common("Responder"), issuer or scene.issuer)
    made.set("san", None)
    made.set("eku", extensions.extended_key_usage(*(usages or (OCSP_SIGNING,))))
    made.set("nocheck", extensions.make("nocheck", der.null()))
    scene.response.responder, scene.response.key = made, made.key
    scene.response.certificates = [made]
    return made


def _delegates(add: Statements) -> None:
    def delegated(change=lambda scene, made: None, issuer=lambda scene: None, *usages: str):
        def apply(scene: RevocationScene) -> None:
            change(scene, _delegate(scene, issuer(scene), *usages))

        return apply

    add.add("delegate", GOOD, REVOKED, delegated())
    add.add("delegate-by-key", GOOD, REVOKED, delegated(lambda scene, made: setattr(scene.response, "by_key", True)))
    add.add("delegate-without-nocheck", GOOD, REVOKED, delegated(lambda scene, made: made.set("nocheck", None)))

    def unchecked(scene: RevocationScene, made: Certificate) -> None:
        made.set("nocheck", None)
        made.set("aia", extensions.authority_access("1.3.6.1.5.5.7.48.1", names.uri("http://127.0.0.1:1/")))

    add.add("delegate-with-a-source", UNKNOWN, REVOKED, delegated(unchecked))
    for kind, usages in (
        ("without-purpose", (extensions.CLIENT_AUTH,)), ("of-any-purpose", (ANY_USAGE,)),
    ):
        add.add(f"delegate-{kind}", UNKNOWN, UNKNOWN, delegated(lambda scene, made: None, lambda scene: None, *usages))
    two = (extensions.CLIENT_AUTH, OCSP_SIGNING)
    add.add("delegate-with-two-purposes", GOOD, REVOKED, delegated(lambda scene, made: None, lambda scene: None, *two))
    no_purpose = delegated(lambda scene, made: made.set("eku", None))
    add.add("delegate-without-purposes", UNKNOWN, UNKNOWN, no_purpose)
    above = delegated(lambda scene, made: None, lambda scene: scene.issuer.parent)
    add.add("delegate-of-the-superior", UNKNOWN, UNKNOWN, above)
    expired = delegated(lambda scene, made: made.valid(NOW - 9 * DAY, NOW - DAY))
    add.add("delegate-expired", UNKNOWN, UNKNOWN, expired)
    early = delegated(lambda scene, made: made.valid(NOW + DAY, NOW + 9 * DAY))
    add.add("delegate-not-yet-valid", UNKNOWN, UNKNOWN, early)
    usage = extensions.key_usage(KEY_ENCIPHERMENT)
    add.add("delegate-that-cannot-sign", UNKNOWN, UNKNOWN, delegated(lambda scene, made: made.set("ku", usage)))
    no_usage = delegated(lambda scene, made: made.set("ku", None))
    add.add("delegate-without-key-usage", GOOD, REVOKED, no_usage)
    critical = Extension("1.3.6.1.4.1.99999.1", der.null(), True)
    unknown = delegated(lambda scene, made: made.extra.append(critical))
    add.add("delegate-with-unknown-critical", UNKNOWN, UNKNOWN, unknown)
    broken = delegated(lambda scene, made: setattr(made, "breaks_signature", True))
    add.add("delegate-forged", UNKNOWN, UNKNOWN, broken)
    detached = delegated(lambda scene, made: setattr(scene.response, "certificates", []))
    add.add("delegate-not-attached", UNKNOWN, UNKNOWN, detached)

    def impostor(scene: RevocationScene) -> None:
        twin = scene.authority(scene.issuer.subject, None)
        _delegate(scene, twin)

    add.add("delegate-of-an-impostor", UNKNOWN, UNKNOWN, impostor)

    def self_signed(scene: RevocationScene, made: Certificate) -> None:
        made.subject, made.parent = scene.issuer.subject, None

    add.add("delegate-self-signed", UNKNOWN, UNKNOWN, delegated(self_signed))

    def second(scene: RevocationScene, made: Certificate) -> None:
        scene.response.certificates = [scene.issuer, scene.end_entity(names.common("Other"), scene.issuer), made]

    add.add("delegate-among-others", GOOD, REVOKED, delegated(second))
    purpose = extensions.extended_key_usage(OCSP_SIGNING).with_critical(True)
    add.add("delegate-critical-purpose", GOOD, REVOKED, delegated(lambda scene, made: made.set("eku", purpose)))


def _identifiers(add: Statements) -> None:
    def identifier(field: str, value: object):
        return lambda scene: setattr(scene.single.identifier, field, value)

    for digest in ("sha256", "sha384", "sha512"):
        add.add(f"identifier-by-{digest}", GOOD, REVOKED, identifier("digest", digest))
    def spelled(scene: RevocationScene) -> None:
        """The digest is that of the issuer's name as the leaf spells it (RFC 6960 §4.1.1)."""
        scene.issuer.subject = names.common("Issuer Of Answers")
        scene.leaf.issuer = names.common("Issuer Of Answers", "printable")
        scene.single.identifier.name = hashlib.sha1(scene.leaf.issuer).digest()

    add.add("issuer-in-other-string", GOOD, REVOKED, spelled)
    add.add("identifier-without-null", GOOD, REVOKED, identifier("writes_null", False))
    add.add("identifier-of-another-name", UNKNOWN, UNKNOWN, identifier("name", bytes(20)))
    add.add("identifier-of-another-key", UNKNOWN, UNKNOWN, identifier("key", bytes(20)))
    add.add("identifier-of-another-serial", UNKNOWN, UNKNOWN, identifier("serial", der.integer(5)))


def _times(add: Statements) -> None:
    def between(start: datetime, end: datetime | None, produced: datetime | None = None):
        def apply(scene: RevocationScene) -> None:
            scene.single.this_update = der.generalized_time(start)
            scene.single.next_update = der.generalized_time(end) if end else None
            scene.response.produced = der.generalized_time(produced or min(start, NOW))

        return apply

    hour = 3600 * SECOND
    add.add("ended", UNKNOWN, None, between(NOW - 9 * DAY, NOW - DAY))
    add.add("last-second", GOOD, REVOKED, between(NOW - hour, NOW))
    add.add("first-second", GOOD, REVOKED, between(NOW, NOW + hour))
    add.add("within-clock-skew", GOOD, REVOKED, between(NOW + 30 * SECOND, NOW + hour))
    add.add("from-the-future", UNKNOWN, None, between(NOW + DAY, NOW + 2 * DAY))
    add.add("produced-in-the-future", UNKNOWN, None, between(NOW - hour, NOW + hour, NOW + DAY))
    add.add("produced-later-than-this-update", GOOD, REVOKED, between(NOW - 2 * hour, NOW + hour, NOW - hour))
    add.add("without-next-update-recent", GOOD, REVOKED, between(NOW - 100 * SECOND, None))
    add.add("without-next-update-old", UNKNOWN, None, between(NOW - DAY, None))
    add.add("upside-down", UNKNOWN, None, between(NOW - hour, NOW - 2 * hour))


def _statuses(add: Statements) -> None:
    def status(value: bytes):
        return lambda scene: setattr(scene.single, "status", value)

    add.add("unknown", UNKNOWN, None, status(ocsp.UNKNOWN))
    for code in (1, 6, 8, 10):
        add.add(f"reason-{code}", REVOKED, None, status(ocsp.revoked(reason=code)))
    add.add("revoked-tomorrow", REVOKED, None, status(ocsp.revoked(NOW + DAY)))
    for code in (1, 2, 3, 5, 6):
        add.add(f"response-status-{code}", UNKNOWN, None, _change("status", code))

    def nothing(scene: RevocationScene) -> None:
        scene.response = None

    def garbage(scene: RevocationScene) -> None:
        scene.response, scene.raw = None, [b"\x30\x03\x02\x01\x00"]

    add.add("none", UNKNOWN, None, nothing)
    add.add("malformed", UNKNOWN, None, garbage)


def _several(add: Statements) -> None:
    def among(scene: RevocationScene) -> None:
        others = [ocsp.Single(ocsp.Identifier(scene.issuer, der.integer(number))) for number in (3, 4)]
        scene.response.singles = [others[0], scene.single, others[1]]

    def contradiction(scene: RevocationScene) -> None:
        scene.response.singles.append(scene.single.copy(status=ocsp.revoked()))

    def other_revoked(scene: RevocationScene) -> None:
        other = ocsp.Single(ocsp.Identifier(scene.issuer, der.integer(3)), ocsp.revoked())
        scene.response.singles.insert(0, other)

    add.add("second-of-three-answers", GOOD, REVOKED, among)
    add.add("good-and-revoked-in-one", REVOKED, None, contradiction)
    add.add("another-is-revoked", GOOD, None, other_revoked)

    def no_answer(scene: RevocationScene) -> None:
        scene.response.singles = []

    add.add("no-answer", UNKNOWN, None, no_answer)


def _fields(add: Statements) -> None:
    nonce = Extension(ocsp.NONCE, der.octets(bytes(16)))
    unknown = Extension("1.3.6.1.4.1.99999.4", der.null())
    critical = unknown.with_critical(True)
    add.add("nonce-unasked", GOOD, REVOKED, lambda scene: scene.response.extensions.append(nonce))
    add.add("unknown-extension", GOOD, REVOKED, lambda scene: scene.response.extensions.append(unknown))
    add.add("unknown-critical", UNKNOWN, None, lambda scene: scene.response.extensions.append(critical))
    add.add("unknown-in-answer", GOOD, REVOKED, lambda scene: scene.single.extensions.append(unknown))
    add.add("unknown-critical-in-answer", UNKNOWN, None, lambda scene: scene.single.extensions.append(critical))
    cutoff = Extension("1.3.6.1.5.5.7.48.1.6", der.generalized_time(NOW - 900 * DAY))
    add.add("archive-cutoff", GOOD, REVOKED, lambda scene: scene.single.extensions.append(cutoff))
    add.add("broken-signature", UNKNOWN, UNKNOWN, _change("breaks_signature", True))
    add.add("bytes-behind", UNKNOWN, None, _change("trailing", b"\x00"))
    add.add("sha384", GOOD, REVOKED, _change("digest", "sha384"))
    # The digest is no choice of every kind of key.
    add.add("sha1", UNKNOWN, None, _change("digest", "sha1"), ("beside",))

    def no_usage(scene: RevocationScene) -> None:
        scene.issuer.set("ku", extensions.key_usage(extensions.CERT_SIGN))

    # The issuer's own key may sign: keyUsage is demanded of nobody by RFC 6960.
    add.add("issuer-without-digital-signature", GOOD, REVOKED, no_usage)

    def usage(scene: RevocationScene) -> None:
        scene.issuer.set("ku", extensions.key_usage(DIGITAL_SIGNATURE, extensions.CERT_SIGN))

    add.add("issuer-with-digital-signature", GOOD, REVOKED, usage)
