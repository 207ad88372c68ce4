"""Findings inside templates, in scalars written in every way: at their very characters."""

from __future__ import annotations

import random

from recipe.document.writing import Writer, lines_of_words, value_of, write_block, write_flow

from beeflow.check import Facts, check_text

HEAD = "# é日😀\nactions:\n  - action: log.write\n    with:\n      message: "


def written(seed: int) -> tuple[Writer, str]:
    """Write a recipe whose text reads two names that there are not."""
    rng = random.Random(seed)
    lines = lines_of_words(rng)
    lines[0].extend(["{{", f"nope_{rng.randrange(10)}", "}}"])
    lines[-1].extend(["{%", "if", "nichts", "%}x{%", "endif", "%}"])
    writer = Writer(rng, rng.choice(["\n", "\r\n", "\r"]))
    writer.put(HEAD.replace("\n", writer.end))
    style = rng.choice(["", "'", '"', "|", ">"])
    if style in {"|", ">"}:
        write_block(writer, lines, style, 8)
    else:
        write_flow(writer, lines, style, 8)
    writer.put(writer.end)
    return writer, value_of(lines)


def test_a_name_in_a_template_is_found_where_it_was_written(facts: Facts) -> None:
    for seed in range(250):
        writer, value = written(seed)
        found = check_text(writer.text, facts).findings
        assert [one.rule for one in found] == ["unknown-name"] * 2, (seed, writer.text)
        for one, name in zip(found, (value[value.index("nope_") :][:6], "nichts"), strict=True):
            at = value.index(name)
            start, end = writer.places[at][0], writer.places[at + len(name) - 1][1]
            assert (one.range.start.offset, one.range.end.offset) == (start, end), (seed, one)
            before = writer.text[:start].replace("\r\n", "\n").replace("\r", "\n")
            assert one.range.start.line == before.count("\n") + 1
            assert one.range.start.column == len(before) - before.rfind("\n")
