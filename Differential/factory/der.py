"""Writes DER, and on demand what DER forbids."""

from datetime import datetime, timezone


def tlv(tag: int, *contents: bytes) -> bytes:
    """A value with `tag` and the shortest length."""
    body = b"".join(contents)
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    width = (size.bit_length() + 7) // 8
    return bytes([tag, 0x80 | width]) + size.to_bytes(width, "big") + body


def sequence(*contents: bytes) -> bytes:
    return tlv(0x30, *contents)


def set_of(*contents: bytes) -> bytes:
    return tlv(0x31, *sorted(contents))


def integer(value: int) -> bytes:
    width = value.bit_length() // 8 + 1 if value >= 0 else (value + 1).bit_length() // 8 + 1
    return tlv(0x02, value.to_bytes(width, "big", signed=True))


def enumerated(value: int) -> bytes:
    return tlv(0x0A, bytes([value]))


def boolean(value: bool) -> bytes:
    return tlv(0x01, b"\xff" if value else b"\x00")


def null() -> bytes:
    return tlv(0x05)


def octets(content: bytes) -> bytes:
    return tlv(0x04, content)


def bits(content: bytes, unused: int = 0) -> bytes:
    return tlv(0x03, bytes([unused]), content)


def named_bits(*positions: int) -> bytes:
    """A BIT STRING of named bits, without zero bits at the end."""
    if not positions:
        return bits(b"")
    size = max(positions) // 8 + 1
    content = bytearray(size)
    for position in positions:
        content[position // 8] |= 0x80 >> (position % 8)
    return bits(bytes(content), 7 - max(positions) % 8)


def oid(dotted: str) -> bytes:
    first, second, *rest = (int(part) for part in dotted.split("."))
    content = b""
    for number in [first * 40 + second, *rest]:
        groups = [number & 0x7F]
        while number := number >> 7:
            groups.append(0x80 | number & 0x7F)
        content += bytes(reversed(groups))
    return tlv(0x06, content)


def context(number: int, *contents: bytes, constructed: bool = True) -> bytes:
    """A context-specific tag: explicit around whole values, implicit around contents."""
    return tlv(0x80 | number | (0x20 if constructed else 0), *contents)


def content_of(value: bytes) -> bytes:
    """What stands behind the tag and the length of one value."""
    if value[1] < 0x80:
        return value[2:]
    return value[2 + (value[1] & 0x7F):]


def utf8(text: str) -> bytes:
    return tlv(0x0C, text.encode())


def utc_time(moment: datetime) -> bytes:
    return tlv(0x17, moment.astimezone(timezone.utc).strftime("%y%m%d%H%M%SZ").encode())


def generalized_time(moment: datetime) -> bytes:
    moment = moment.astimezone(timezone.utc)
    return tlv(0x18, f"{moment.year:04d}{moment:%m%d%H%M%S}Z".encode())


def time(moment: datetime) -> bytes:
    """UTCTime up to 2049, GeneralizedTime from 2050 on and before 1950 (RFC 5280 §4.1.2.5)."""
    return utc_time(moment) if 1950 <= moment.year < 2050 else generalized_time(moment)
