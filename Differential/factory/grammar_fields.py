"""Keys, signatures, serial numbers, versions and times."""

from datetime import datetime, timedelta, timezone

from . import der, keys
from .certificate import Certificate, link_identifiers
from .scene import ACCEPT, ALONE, DAY, NOW, REJECT, SECOND, Grammar, Scene

KEY, SIGNATURE, SERIAL, TIME, VERSION = "key", "signature", "serial", "time", "version"


def add_to(grammar: Grammar) -> None:
    _keys(grammar)
    _signatures(grammar)
    _serials(grammar)
    _versions(grammar)
    _times(grammar)


def _rekey(scene: Scene, position: int, key: keys.Key) -> None:
    scene.path[position].key = key
    for certificate in scene.path[max(0, position - 1):position + 1]:
        link_identifiers(certificate)


def _keys(grammar: Grammar) -> None:
    kinds = {
        "p384": ACCEPT, "p521": ACCEPT, "ed25519": ACCEPT, "ed448": ACCEPT, "rsa2048": ACCEPT, "rsa3072": ACCEPT,
        "rsa2056": ACCEPT, "rsa1024": REJECT, "p224": REJECT, "secp256k1": REJECT, "brainpool256": REJECT,
    }
    for kind, expected in kinds.items():
        def leaf(scene: Scene, kind: str = kind) -> None:
            _rekey(scene, 0, scene.new_key(kind))

        def authority(scene: Scene, kind: str = kind) -> None:
            _rekey(scene, scene.random.randrange(1, len(scene.path)), scene.new_key(kind))

        grammar.add(KEY, f"leaf-{kind}", expected, leaf, phase=0)
        grammar.add(KEY, f"authority-{kind}", expected, authority, phase=0)
    spellings = {
        "compressed": (keys.compressed, ACCEPT), "hybrid": (keys.hybrid, REJECT),
        "off-curve": (keys.off_curve, REJECT), "without-curve": (keys.without_parameters, REJECT),
    }
    for kind, (spell, expected) in spellings.items():
        def leaf_point(scene: Scene, spell=spell) -> None:
            _rekey(scene, 0, keys.respelled(scene.leaf.key, spell))

        def authority_point(scene: Scene, spell=spell) -> None:
            position = scene.path.index(scene.some_intermediate())
            _rekey(scene, position, keys.respelled(scene.path[position].key, spell))

        grammar.add(KEY, f"leaf-point-{kind}", expected, leaf_point, phase=0)
        grammar.add(KEY, f"authority-point-{kind}", expected, authority_point, phase=0)

    @grammar.feature(KEY, "one-key-for-two", ACCEPT, phase=0)
    def shared(scene: Scene) -> None:
        _rekey(scene, 0, scene.path[1].key)


def _signatures(grammar: Grammar) -> None:
    for digest, expected in (("sha384", ACCEPT), ("sha512", ACCEPT), ("sha1", REJECT)):
        def ecdsa(scene: Scene, digest: str = digest) -> None:
            scene.random.choice(scene.path[:-1]).digest = digest

        grammar.add(SIGNATURE, f"{digest}", expected, ecdsa, excludes=(KEY,))

    def by_rsa(scene: Scene) -> Certificate:
        issuer = scene.path[1]
        issuer.key = scene.new_key("rsa2048")
        for certificate in scene.path[:2]:
            link_identifiers(certificate)
        return scene.leaf

    for digest, expected in (("sha256", ACCEPT), ("sha384", ACCEPT), ("sha512", ACCEPT), ("sha1", REJECT)):
        def pss(scene: Scene, digest: str = digest) -> None:
            signed = by_rsa(scene)
            signed.digest, signed.pss = digest, True

        grammar.add(SIGNATURE, f"rsa-pss-{digest}", expected, pss, phase=0, excludes=(KEY,))

    @grammar.feature(SIGNATURE, "rsa-without-null", ACCEPT, phase=0, excludes=(KEY,))
    def without_null(scene: Scene) -> None:
        signed = by_rsa(scene)
        signed.inner_algorithm = signed.outer_algorithm = der.sequence(der.oid(keys.RSA_OIDS["sha256"]))

    @grammar.feature(SIGNATURE, "rsa-null-outside-alone", REJECT, phase=0, excludes=(KEY,))
    def null_outside(scene: Scene) -> None:
        by_rsa(scene).inner_algorithm = der.sequence(der.oid(keys.RSA_OIDS["sha256"]))

    @grammar.feature(SIGNATURE, "inner-and-outer-differ", REJECT, excludes=(KEY,))
    def differ(scene: Scene) -> None:
        signed = scene.random.choice(scene.path[:-1])
        signed.inner_algorithm = der.sequence(der.oid(keys.ECDSA_OIDS["sha384"]))

    @grammar.feature(SIGNATURE, "unknown-algorithm", REJECT, excludes=(KEY,))
    def unknown(scene: Scene) -> None:
        signed = scene.random.choice(scene.path[:-1])
        signed.inner_algorithm = signed.outer_algorithm = der.sequence(der.oid("1.3.6.1.4.1.99999.9"))

    @grammar.feature(SIGNATURE, "broken", REJECT, excludes=(KEY,))
    def broken(scene: Scene) -> None:
        scene.random.choice(scene.path[:-1]).breaks_signature = True

    @grammar.feature(SIGNATURE, "by-another-key", REJECT, excludes=(KEY,))
    def another(scene: Scene) -> None:
        scene.random.choice(scene.path[:-1]).signer = scene.new_key()

    @grammar.feature(SIGNATURE, "broken-on-anchor", ACCEPT, excludes=(KEY,))
    def anchor(scene: Scene) -> None:
        scene.anchor.breaks_signature = True

    @grammar.feature(SIGNATURE, "sha1-on-anchor", ACCEPT, excludes=(KEY,))
    def old_anchor(scene: Scene) -> None:
        scene.anchor.digest = "sha1"

    @grammar.feature(SIGNATURE, "bytes-behind", REJECT, excludes=(KEY,))
    def trailing(scene: Scene) -> None:
        scene.leaf.trailing = b"\x00"


def _serials(grammar: Grammar) -> None:
    serials = {
        "zero": (der.integer(0), ACCEPT), "one": (der.integer(1), ACCEPT), "negative": (der.integer(-7), ACCEPT),
        "of-20-bytes": (der.integer(2**158 + 1), ACCEPT), "of-21-bytes": (der.integer(2**160 + 1), ACCEPT),
        "of-40-bytes": (der.integer(2**310 + 1), ACCEPT), "high-bit": (der.integer(0x80), ACCEPT),
        "not-minimal": (der.tlv(0x02, b"\x00\x01"), REJECT), "empty": (der.tlv(0x02), REJECT),
    }
    for kind, (serial, expected) in serials.items():
        def leaf(scene: Scene, serial: bytes = serial) -> None:
            scene.leaf.serial = serial

        def authority(scene: Scene, serial: bytes = serial) -> None:
            scene.some_intermediate().serial = serial

        grammar.add(SERIAL, f"leaf-{kind}", expected, leaf)
        grammar.add(SERIAL, f"authority-{kind}", expected, authority)

    @grammar.feature(SERIAL, "same-as-issuer", ACCEPT, excludes=("name", "shape"))
    def same(scene: Scene) -> None:
        scene.leaf.serial = scene.path[1].serial


def _versions(grammar: Grammar) -> None:
    def numbered(number: int) -> bytes:
        return der.context(0, der.integer(number))

    versions = {
        "1-with-extensions": (b"", REJECT), "2-with-extensions": (numbered(1), REJECT), "4": (numbered(3), REJECT),
        "1-written-with-extensions": (numbered(0), REJECT),
    }
    for kind, (version, expected) in versions.items():
        def leaf(scene: Scene, version: bytes = version) -> None:
            scene.leaf.version = version

        grammar.add(VERSION, f"leaf-{kind}", expected, leaf, excludes=(ALONE,))

    @grammar.feature(VERSION, "leaf-1", ACCEPT, excludes=(ALONE,))
    def first(scene: Scene) -> None:
        scene.leaf.version, scene.leaf.omits_extensions = b"", True

    @grammar.feature(VERSION, "authority-1", REJECT, excludes=(ALONE,))
    def first_authority(scene: Scene) -> None:
        authority = scene.some_intermediate()
        authority.version, authority.omits_extensions = b"", True

    @grammar.feature(VERSION, "anchor-1", ACCEPT, excludes=(ALONE,))
    def first_anchor(scene: Scene) -> None:
        scene.anchor.version, scene.anchor.omits_extensions = b"", True

    @grammar.feature(VERSION, "leaf-3-with-unique-identifiers", ACCEPT)
    def unique(scene: Scene) -> None:
        parts = [der.context(number, b"\x00\x01", constructed=False) for number in (1, 2)]
        scene.leaf.unique_identifiers = b"".join(parts)

    @grammar.feature(VERSION, "leaf-3-without-extensions", ACCEPT, excludes=(ALONE,))
    def bare(scene: Scene) -> None:
        scene.leaf.omits_extensions = True


def _times(grammar: Grammar) -> None:
    def bounds(start: bytes | None, end: bytes | None, high: int | None = None):
        def apply(scene: Scene) -> None:
            certificate = scene.random.choice(scene.path[:high])
            certificate.not_before = start or certificate.not_before
            certificate.not_after = end or certificate.not_after

        return apply

    early = datetime(1965, 1, 1, tzinfo=timezone.utc)
    good = {
        "first-second": (der.time(NOW), None), "last-second": (None, der.time(NOW)),
        "one-second": (der.time(NOW), der.time(NOW)),
        "after-2050": (None, der.time(datetime(2070, 1, 1, tzinfo=timezone.utc))),
        "no-end": (None, b"\x18\x0f99991231235959Z"), "before-1970": (der.time(early), None),
        "before-1950": (der.generalized_time(early - timedelta(days=9000)), None),
        "year-zero": (b"\x18\x0f00000101000000Z", None),
        "generalized-too-early": (der.generalized_time(NOW - DAY), der.generalized_time(NOW + DAY)),
    }
    for kind, (start, end) in good.items():
        grammar.add(TIME, kind, ACCEPT, bounds(start, end))
    bad = {
        "one-second-late": (None, der.time(NOW - SECOND)), "one-second-early": (der.time(NOW + SECOND), None),
        "ended-in-1965": (der.time(early - DAY), der.time(early)),
        "upside-down": (der.time(NOW + DAY), der.time(NOW - DAY)),
    }
    for kind, (start, end) in bad.items():
        grammar.add(TIME, kind, REJECT, bounds(start, end, -1))
    broken = {
        "without-seconds": b"\x17\x0b3606151200Z", "with-offset": b"\x17\x11360615120000+0000",
        "without-zone": b"\x17\x0c360615120000", "with-fraction": b"\x18\x1120360615120000.5Z",
        "month-13": b"\x17\x0d361315120000Z", "day-31-of-june": b"\x17\x0d360631120000Z",
        "hour-24": b"\x17\x0d360615240000Z",
        "second-60": b"\x17\x0d360615120060Z", "no-digits": b"\x17\x0d36061512000xZ",
        "empty": b"\x17\x00",
    }
    for kind, end in broken.items():
        grammar.add(TIME, f"malformed-{kind}", REJECT, bounds(None, end, -1))

    @grammar.feature(TIME, "anchor-ended", REJECT)
    def anchor(scene: Scene) -> None:
        scene.anchor.valid(NOW - 9 * DAY, NOW - DAY)

    @grammar.feature(TIME, "half-second-after-the-last", REJECT)
    def fraction(scene: Scene) -> None:
        scene.leaf.not_after = der.time(NOW)
        scene.time = scene.time.replace("Z", ".500Z")

    @grammar.feature(TIME, "half-second-before-the-first", REJECT)
    def before(scene: Scene) -> None:
        scene.leaf.not_before = der.time(NOW)
        scene.time = f"{NOW - SECOND:%Y-%m-%dT%H:%M:%S}.500Z"
