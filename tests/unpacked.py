"""Reads packed layers as their format is described: slow, and nobody else's code."""

import gzip
import json
import math

import numpy as np


class Reader:
    """Reads one number after the other, byte by byte, as the format is described."""

    def __init__(self, data):
        self.data, self.place = data, 0

    def varint(self):
        """Return the next number of seven bits a byte, the lowest first."""
        number = shift = 0
        while True:
            byte = self.data[self.place]
            self.place += 1
            number += (byte % 128) << shift
            shift += 7
            if byte < 128:
                return number

    def step(self):
        """Return the next difference: even codes go up, odd ones down."""
        code = self.varint()
        return -(code + 1) // 2 if code % 2 else code // 2


def opened(block):
    """Return a block's header and its sections."""
    raw = gzip.decompress(block)
    length = int.from_bytes(raw[:4], "little")
    header = json.loads(raw[4 : 4 + length])
    body = raw[4 + length :]
    return header, {k: body[at : at + n] for k, (at, n) in header["sections"].items()}


def unpacked(packed):
    """Return a packed layer's features (rings in degrees), classes and columns."""
    header, part = opened(packed.shapes)
    rings, vertices = Reader(part["rings"]), Reader(part["vertices"])
    xs, ys = Reader(part["x"]), Reader(part["y"])
    x, y = header["origin"]
    features = []
    for _ in range(header["n"]):
        feature = []
        for _ in range(rings.varint()):
            ring = []
            for _ in range(vertices.varint()):
                x, y = x + xs.step(), y + ys.step()
                ring.append((x / 1e6, y / 1e6))
            feature.append(ring)
        features.append(feature)
    said, part = opened(packed.attributes)
    columns = {
        facts["name"]: column(facts, part[str(number)], header["n"])
        for number, facts in enumerate(said["columns"])
    }
    return features, list(part["class"]), columns


def column(facts, data, n):
    if facts["type"] == "text":
        codes = Reader(data)
        places = [codes.varint() for _ in range(n)]
        return [facts["texts"][place - 1] if place else None for place in places]
    if facts["type"] == "flag":
        return [None if byte == 255 else byte == 1 for byte in data]
    numbers = np.frombuffer(data, f"<{facts['type']}")
    return [None if math.isnan(number) else float(number) for number in numbers]
