# Grows, shrinks and hashes Python's basic objects; prints digests of what they hold.

import array, hashlib, io, json, pickle, random, re, zlib

random.seed(2024)


def show(name, data):
    if isinstance(data, str):
        data = data.encode()
    print(name, len(data), hashlib.sha256(data).hexdigest()[:16])


def dictionaries():
    table = {}
    for step in range(200_000):
        key = f"key{random.randrange(50_000)}"
        if step % 3 == 2:
            table.pop(key, None)
        else:
            table[key] = (step, key * (step % 5))
    show("dict", repr(sorted(table.items())))


def lists():
    rows = [[] for _ in range(200)]
    for step in range(400_000):
        row = rows[step % 200]
        row.append(step)
        if step % 301 == 0:
            del row[: len(row) // 2]
    rows.sort(key=len)
    show("list", repr(rows))


def strings():
    text = "".join(chr(random.choice((97, 0xE9, 0x4E2D, 0x1F600)) + n % 20) for n in range(40_000))
    pieces = [text[n : n + n % 300] for n in range(3000)]
    show("str", "|".join(pieces))
    buffer = bytearray()
    for n in range(3000):
        buffer += bytes([n & 255]) * (n % 97)
        if n % 50 == 0:
            del buffer[: n // 3]
    show("bytes", bytes(buffer))


def texts():
    words = " ".join(f"word{n % 777}={n * n}" for n in range(15_000))
    found = re.findall(r"word(\d+)=(\d*6)\b", words)
    show("re", repr(found))
    show("sub", re.sub(r"(\w+)=(\d+)", lambda match: match[2] + match[1], words))


def encodings():
    value = [{"id": n, "tags": ["x" * (n % 9)] * 3, "f": n / 7} for n in range(10_000)]
    text = json.dumps(value)
    show("json", json.dumps(json.loads(text), sort_keys=True))
    show("pickle", pickle.dumps(pickle.loads(pickle.dumps(value, 4)), 4))
    packed = zlib.compress(text.encode(), 6)
    show("zlib", packed)
    assert zlib.decompress(packed).decode() == text
    numbers = array.array("q", range(100_000))
    numbers.extend(numbers[::-3])
    show("array", numbers.tobytes())
    stream = io.BytesIO()
    for n in range(2000):
        stream.write(packed[: n % 500])
    show("stream", stream.getvalue())


def large():
    sizes = [(7919 * n) % 3_000_000 for n in range(60)]
    blocks = [bytes([n]) * size for n, size in enumerate(sizes)]
    random.shuffle(blocks)
    del blocks[::2]
    show("large", b"".join(blocks))
    show("bignum", hex(3 ** 60_000 * 7 ** 20_000))


for test in (dictionaries, lists, strings, texts, encodings, large):
    test()
