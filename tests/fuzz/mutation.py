"""Ways to break bytes and texts."""

from __future__ import annotations

from random import Random

NUMBERS = (
    *(
        "0",
        "-1",
        "1",
        "7",
        "8",
        "63",
        "64",
        "65",
        "255",
        "256",
        "1785",
        "14279",
        "14280",
        "65535",
        "65536",
        "-0",
        "0.1",
    ),
    *("4294967295", "4294967296", "2147483648", "3221225472", "2566844670", "9223372036854775808", "1e308", "1e309"),
    *("-1e-320", "nan", "inf", "0x1F", "1_0", "+5", ".", "1.", "00", "9" * 40, "9" * 5000),
)
"""Texts that stand where numbers are expected."""

MARKS = (
    '"',
    ";",
    ":",
    "|",
    "@",
    "(",
    ")",
    "[",
    "]",
    ",",
    " ",
    "\n",
    "\r",
    "\t",
    "\0",
    "\\",
    "#",
    "m0",
    "M",
    "m1M",
    "\ufeff",
    "é",
)


def break_text(random: Random, text: bytes) -> bytes:
    """Lines and words put elsewhere, doubled, left out, or replaced; then perhaps bytes."""
    lines = text.split(b"\n")
    for _ in range(random.choice((0, 1, 1, 2, 5, 20))):
        place, other = random.randrange(len(lines)), random.randrange(len(lines))
        way = random.randrange(7)
        if way == 0:
            lines.insert(place, lines[other])
        elif way == 1 and len(lines) > 1:
            del lines[place]
        elif way == 2:
            lines[place], lines[other] = lines[other], lines[place]
        elif way == 3:
            cut = random.randint(0, len(lines[place]))
            lines[place] = lines[place][:cut] + lines[other][random.randint(0, len(lines[other])) :]
        else:
            lines[place] = break_line(random, lines[place])
    broken = b"\n".join(lines)
    return break_bytes(random, broken) if random.random() < 0.3 else broken


def break_line(random: Random, line: bytes) -> bytes:
    words = line.split(b" ")
    place = random.randrange(len(words))
    way = random.randrange(5)
    if way == 0:
        words[place] = random.choice(NUMBERS).encode()
    elif way == 1:
        words[place] = _with_number(random, words[place])
    elif way == 2:
        words.insert(place, random.choice(MARKS).encode())
    elif way == 3:
        del words[place]
    else:
        words[place:place] = [words[place]] * random.choice((1, 1, 50, 2000))
    return b" ".join(words)


def _with_number(random: Random, word: bytes) -> bytes:
    """The word with one of its numbers replaced."""
    digits = [place for place, byte in enumerate(word) if chr(byte).isdigit()]
    if not digits:
        return word + random.choice(MARKS).encode()
    start = random.choice(digits)
    end = start
    while end < len(word) and chr(word[end]).isdigit():
        end += 1
    return word[:start] + random.choice(NUMBERS).encode() + word[end:]


def break_bytes(random: Random, data: bytes) -> bytes:
    """Bits turned, bytes and numbers overwritten, parts left out, doubled, cut off, or random bytes put in."""
    broken = bytearray(data)
    for _ in range(random.choice((1, 1, 1, 2, 4, 16, 64))):
        place = random.randint(0, len(broken))
        size = random.choice((1, 1, 2, 4, 8, 8, 64, 1000))
        way = random.randrange(7)
        if way == 0 and place < len(broken):
            broken[place] ^= 1 << random.randrange(8)
        elif way == 1:
            broken[place : place + size] = random.randbytes(size)
        elif way == 2:
            number = random.choice((0, 1, 2**31, 2**32 - 1, 2**63, 2**64 - 1, len(broken), random.getrandbits(64)))
            broken[place : place + size] = (number % 256**size).to_bytes(size, "little")
        elif way == 3:
            del broken[place : place + size]
        elif way == 4:
            broken[place:place] = broken[random.randint(0, len(broken)) :][:size]
        elif way == 5:
            broken[place:place] = random.randbytes(size)
        elif random.random() < 0.2:
            del broken[place:]
    return bytes(broken)
