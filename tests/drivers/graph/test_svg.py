from __future__ import annotations

from xml.etree import ElementTree as ET

from drivers.graph.everything import EVERYTHING, WEB, drawn, steps

from beeflow.check.causes import trace
from beeflow.cli.knowledge import facts
from beeflow.drivers.graph.causes import web
from beeflow.drivers.graph.layers import lay_out_web
from beeflow.drivers.graph.layout import lay_out
from beeflow.drivers.graph.svg import svg

NS = "{http://www.w3.org/2000/svg}"


def test_it_is_xml_with_every_text_in_it_as_text() -> None:
    root = ET.fromstring(svg(lay_out(drawn(EVERYTHING))))
    texts = [one.text for one in root.iter(f"{NS}text")]
    assert texts[0] == 'all: Everything <b>at "once"</b> & more'
    assert "match.data.a: <x>" in texts
    assert "slack.post" in texts
    assert "email.send" in texts
    assert root.find(f"{NS}b") is None


def test_nothing_in_it_is_loaded_or_run() -> None:
    text = svg(lay_out(drawn(EVERYTHING)))
    assert "<script" not in text
    assert "href" not in text


def test_what_cannot_be_taken_back_has_a_thick_border() -> None:
    text = svg(lay_out(drawn(steps("{action: events.delete, with: {event_ref: x}}"))))
    assert text.count('stroke-width="2.6"') == 1
    assert 'stroke-width="2.6"' not in svg(lay_out(drawn(steps("{wait: 1m}"))))


def test_characters_that_xml_does_not_know_are_left_out() -> None:
    text = svg(lay_out(drawn(steps('{action: log.write, with: {message: "a\\x07b"}}'))))
    assert "message: ab" in [one.text for one in ET.fromstring(text).iter(f"{NS}text")]


def test_arrows_of_a_web_are_curved() -> None:
    text = svg(lay_out_web(web(WEB, trace(WEB, facts().actions)), "All"))
    paths = [one.get("d", "") for one in ET.fromstring(text).iter(f"{NS}path")]
    assert any("C" in path for path in paths)
