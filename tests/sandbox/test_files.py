from __future__ import annotations

import struct
import zlib

from beeflow.sandbox.files import Files, StoredFile, picture


def test_the_oldest_contents_go_when_it_becomes_too_much() -> None:
    files, large = Files(b"secret"), bytes(16 * 2**20)
    for number in range(9):
        files.store(f"images/{number}.png", StoredFile(large, "image/png", len(large)))
    assert list(files.stored) == [f"images/{number}.png" for number in range(1, 9)]
    files.store("images/1.png", StoredFile(b"", "image/png", 0))
    assert list(files.stored)[-1] == "images/1.png"


def test_marks_of_a_link_are_checked() -> None:
    files = Files(b"secret")
    link = files.link("http://x", "images/a.png", "put", 1000.5)
    assert link.startswith("http://x/_sandbox/files/images/a.png?Use=put&Expires=1000&Signature=")
    signature = link.rpartition("=")[2]
    assert files.allows("images/a.png", "put", "1000", signature, 999.0)
    assert not files.allows("images/a.png", "put", "1000", signature, 1000.5)
    assert not files.allows("images/a.png", "get", "1000", signature, 0)
    assert not files.allows("images/b.png", "put", "1000", signature, 0)
    assert not files.allows("images/a.png", "put", "2000", signature, 0)
    for expires in ("", "-1", "1e3", "²", "9" * 99):
        assert not files.allows("images/a.png", "put", expires, signature, 0)
    assert not files.allows("images/a.png", "put", "1000", "\ud800é", 0)


def test_the_standard_picture_is_a_png() -> None:
    png = picture(4, 3)
    width, height = struct.unpack(">II", png[16:24])
    assert (width, height) == (4, 3)
    begin = png.index(b"IDAT") + 4
    (length,) = struct.unpack(">I", png[begin - 8 : begin - 4])
    assert len(zlib.decompress(png[begin : begin + length])) == 3 * (1 + 4 * 3)
