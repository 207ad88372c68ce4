from __future__ import annotations

import re

from drivers.graph.everything import EVERYTHING, WEB, drawn, steps

from beeflow.check.causes import trace
from beeflow.cli.knowledge import facts
from beeflow.drivers.graph.causes import web
from beeflow.drivers.graph.mermaid import mermaid, web_mermaid


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if "classDef" not in line]


def test_boxes_are_linked_in_the_order_they_are_reached() -> None:
    text = mermaid(drawn(steps("{if: a, stop: b}", "{wait: 1m}")))
    assert lines(text) == [
        "---",
        'title: "all"',
        "---",
        "flowchart TD",
        'n1(["webhook event.created"]):::trigger',
        'n2{{"if<br/>a"}}:::decision',
        "n1 --> n2",
        'n3(["succeeded: b"]):::end_',
        'n2 -->|"yes"| n3',
        'n4(["wait 1m"]):::wait',
        'n2 -->|"no"| n4',
        'n5(["succeeded"]):::end_',
        "n4 --> n5",
    ]


def test_a_loop_leads_back_and_on() -> None:
    told = lines(mermaid(drawn(steps("{for_each: a, do: [{wait: 1m}]}"))))
    assert 'n2 -->|"each time"| n3' in told
    assert 'n3 -->|"again"| n2' in told
    assert 'n2 -->|"then"| n4' in told


def test_what_happens_on_failure_is_dashed() -> None:
    told = lines(mermaid(drawn(EVERYTHING)))
    assert any(re.fullmatch(r'n\d+ -.->\|"if it fails"\| n\d+', line) for line in told)
    assert any(re.fullmatch(r'n\d+>"when the run fails"\]:::note', line) for line in told)


def test_no_text_means_anything_to_mermaid() -> None:
    text = mermaid(drawn(EVERYTHING))
    assert 'title: "all: Everything <b>at \\"once\\"</b> & more"' in text
    for box in re.findall(r'^  n\d+\W+"(.*)"\W+:::', text, re.MULTILINE):
        for line in box.split("<br/>"):
            assert not re.search(r'[<>"{}()\[\]`|]', line)
    assert "#60;x#62;" in text
    assert "こんにちは世界" in text


def test_a_web_is_drawn_from_left_to_right() -> None:
    text = web_mermaid(web(WEB, trace(WEB, facts().actions)))
    assert text.startswith("flowchart LR\n")
    assert '-->|"runs it"|' in text
    assert '-.->|"its run ends"|' in text
