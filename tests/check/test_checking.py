from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from beeflow.check import Facts, check_paths, check_text
from beeflow.check.checking import check_parsed
from beeflow.errors import NothingFound
from beeflow.recipe import limits
from beeflow.recipe.parser import Defaults, parse_recipe

RECIPE = "actions: [{stop: done}]\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    root = tmp_path / "recipes"
    (root / "blueprints").mkdir(parents=True)
    return root


def put(path: Path, text: str = RECIPE) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def test_files_are_named_as_they_were_given(folder: Path, facts: Facts) -> None:
    put(folder / "a.yaml", "x: 1")
    for given in ("recipes", "recipes/a.yaml", str(folder), str(folder / "a.yaml")):
        report = check_paths([Path(given)], facts)
        expected = given if given.endswith(".yaml") else f"{given}/a.yaml"
        assert {finding.file for finding in report.findings} == {expected}
        assert report.files == (expected,)


def test_a_path_upwards_is_kept(
    folder: Path, facts: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder / "a.yaml", "use: blueprints/b.yaml")
    put(folder / "blueprints" / "b.yaml")
    monkeypatch.chdir(folder / "blueprints")
    report = check_paths([Path("../a.yaml")], facts)
    assert report.findings == ()
    assert report.files == ("../a.yaml",)


def test_a_file_is_read_once(folder: Path, facts: Facts) -> None:
    put(folder / "a.yaml", "x: 1")
    report = check_paths([Path("recipes"), Path("recipes/a.yaml"), Path("recipes")], facts)
    assert len(report.files) == 1


def test_tests_of_recipes_are_passed_over(folder: Path, facts: Facts) -> None:
    put(folder / "a.test.yaml", "recipe: a")
    assert check_paths([Path("recipes/a.test.yaml"), Path("recipes")], facts).files == ()


def test_what_does_not_exist_is_not_checked(folder: Path, facts: Facts) -> None:
    with pytest.raises(NothingFound, match=r"nope\.yaml"):
        check_paths([folder / "nope.yaml"], facts)


def test_a_broken_blueprint_is_one_finding_for_all_who_use_it(folder: Path, facts: Facts) -> None:
    put(folder / "blueprints" / "b.yaml", "actions: [{action: slack.psot}, {wiat: 1m}]")
    put(folder / "one.yaml", "use: blueprints/b.yaml")
    put(folder / "two.yaml", "use: blueprints/b.yaml")
    report = check_paths([Path("recipes")], facts)
    assert [finding.rule for finding in report.findings] == ["unknown-action", "unknown-key"]
    for finding in report.findings:
        assert finding.file == "recipes/blueprints/b.yaml"
        assert finding.related[-1].file == "recipes/one.yaml"


def test_a_blueprint_that_nobody_uses_is_checked_by_itself(folder: Path, facts: Facts) -> None:
    put(
        folder / "blueprints" / "b.yaml",
        "inputs: {w: {type: duration}}\ntrigger: {event_start: '{{ inputs.w }}'}\n"
        "actions: [{action: slack.psot}]",
    )
    for given in ("recipes", "recipes/blueprints/b.yaml"):
        report = check_paths([Path(given)], facts)
        assert [finding.rule for finding in report.findings] == ["unknown-action"]


def test_recipes_that_others_run_are_looked_for_in_folders_only(folder: Path, facts: Facts) -> None:
    put(folder / "a.yaml", "actions: [{run: b}, {run: c}]")
    put(folder / "b.yaml", f"trigger: [{{run: failed, recipe: d}}, {{run: failed}}]\n{RECIPE}")
    report = check_paths([Path("recipes")], facts)
    assert [(one.rule, one.path) for one in report.findings] == [
        ("unknown-recipe", "actions/1/run"),
        ("unknown-recipe", "trigger/0/recipe"),
    ]
    assert check_paths([Path("recipes/a.yaml")], facts).findings == ()


def test_ids_that_are_shared_are_found(folder: Path, facts: Facts) -> None:
    put(folder / "a.yaml")
    put(folder / "b.yaml", f"id: a\n{RECIPE}")
    report = check_paths([Path("recipes")], facts)
    assert [finding.rule for finding in report.findings] == ["duplicate-id"]
    assert report.findings[0].related[0].file == "recipes/a.yaml"


def test_ids_that_named_files_share_are_found(folder: Path, facts: Facts) -> None:
    put(folder / "a.yaml")
    put(folder / "b" / "a.yaml")
    put(folder / "c.yaml")
    paths = [Path("recipes/a.yaml"), Path("recipes/b/a.yaml"), Path("recipes/c.yaml")]
    report = check_paths(paths, facts)
    assert [(one.rule, one.file) for one in report.findings] == [
        ("duplicate-id", "recipes/b/a.yaml")
    ]


@pytest.mark.parametrize("given", ["recipes/deep/a.yaml", "absolute", "../recipes/deep/a.yaml"])
def test_a_text_with_a_name_is_that_file(
    given: str, folder: Path, facts: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder / "blueprints" / "b.yaml", "inputs: {x: {type: string}}\nactions: [{stop: x}]")
    put(folder / "deep" / "a.yaml", "name: what is on the disk does not count")
    if given.startswith(".."):
        monkeypatch.chdir(folder)
    path = folder / "deep" / "a.yaml" if given == "absolute" else Path(given)
    text = "\ufeffuse: ../blueprints/b.yaml\nwith: {x: 1}\n"
    report = check_text(text, facts, name=path)
    if given.startswith(".."):
        assert [one.rule for one in report.findings] == ["missing-blueprint"]
    else:
        assert [(one.rule, one.recipe) for one in report.findings] == [("bad-input", "a")]
        assert report.findings[0].range.start.column == 11
    assert report.findings[0].file == path.as_posix()


def test_a_file_of_another_project_finds_its_blueprint(
    tmp_path: Path, facts: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "project"
    put(project / "beeflow.yaml", "recipes: recipes")
    put(project / "recipes" / "blueprints" / "b.yaml")
    put(project / "recipes" / "deep" / "a.yaml", "use: ../blueprints/b.yaml")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    report = check_paths([project / "recipes" / "deep" / "a.yaml"], facts)
    assert report.findings == ()


def test_a_test_that_comes_as_text_is_passed_over(facts: Facts) -> None:
    assert check_text("what: ever", facts, name=Path("a.test.yaml")).files == ()


def test_a_text_cannot_use_a_blueprint(facts: Facts) -> None:
    report = check_text("use: b.yaml", facts)
    assert [finding.rule for finding in report.findings] == ["missing-blueprint"]


def test_rules_look_at_what_could_be_read(facts: Facts) -> None:
    text = "nmae: x\nactions: [{action: slack.psot}, {wait: 3}]"
    found = {finding.rule for finding in check_text(text, facts).findings}
    assert found == {"unknown-key", "unknown-action", "bad-duration"}


def test_a_file_that_cannot_be_read_has_a_place_all_the_same(folder: Path, facts: Facts) -> None:
    (folder / "a.yaml").symlink_to(folder / "gone.yaml")
    (finding,) = check_paths([folder / "a.yaml"], facts).findings
    assert (finding.rule, finding.range.start.line) == ("unreadable-file", 1)


def test_secrets_of_an_instance_are_shown_where_they_are_given(facts: Facts) -> None:
    files = {"b.yaml": "inputs: {t: {type: secret}}\nactions: [{stop: '{{ inputs.t }}'}]\n"}
    parsed = parse_recipe(
        "use: b.yaml\nwith: {t: NOPE}", path="r.yaml", load=files.get, defaults=Defaults()
    )
    (problem,) = check_parsed(parsed, replace(facts, secrets=frozenset()))
    assert (problem.rule, problem.path) == ("missing-secret", "with/t")
    assert problem.span.file == "r.yaml"


def test_a_secret_in_a_step_that_could_not_be_read_waits_for_its_mend(facts: Facts) -> None:
    text = "actions:\n  - action: httprequest\n    with: {url: '{{ secrets.HOOK }}'}\n"
    (finding,) = check_text(text, replace(facts, secrets=frozenset())).findings
    assert finding.rule == "bad-name"


@pytest.mark.parametrize("text", ["{{ 1 | nope }}", "one {{ 1 | nope }}", "{% for %}"])
def test_a_text_that_cannot_be_read_is_told_of_once(facts: Facts, text: str) -> None:
    recipe = f"actions: [{{action: slack.post, with: {{channel: c, text: '{text}'}}}}]"
    (problem,) = check_parsed(parse_recipe(recipe, path="r.yaml"), facts)
    assert problem.rule == "expression"


def test_actions_with_open_parameters_take_any(facts: Facts) -> None:
    text = (
        "actions: [{action: signups.create, with: {event_ref: a, name: b, email: c@d.e, own: 1}}]"
    )
    assert check_text(text, facts).findings == ()


def test_together_wrong_arguments_are_shown_at_the_action(facts: Facts) -> None:
    text = "actions: [{action: events.update, with: {event_ref: a}}]"
    (finding,) = check_text(text, facts).findings
    assert finding.rule == "bad-parameter"
    assert finding.path == "actions/0/with"


def test_templates_within_lists_and_mappings_are_not_known(facts: Facts) -> None:
    text = (
        "actions: [{action: polls.create, with: {event_ref: '{{ now }}', question: q, "
        "options: [a, '{{ now }}']}}, {action: http.request, with: {url: 'https://a.b', "
        "json: {a: ['{{ now }}'], b: {c: 1}}}}]"
    )
    assert check_text(text, facts).findings == ()


@pytest.mark.parametrize(
    ("reading", "field"),
    [
        ("events[0].event_titel", "event_titel"),
        ("events[0]['event_titel']", "event_titel"),
        ("stream.view_data[0].viewers", None),
        ("stream.view_data[0].viewrs", "viewrs"),
        ("events[0].items()", None),
        ("events[-1].nope", "nope"),
        ("events.event_title", "event_title"),
        ("events[0].event_title.upper()", None),
        ("(events | first).event_titel", "event_titel"),
        ("events[0].event_titel | default('')", "event_titel"),
        ("events[0].event_room | default('')", None),
        ("events | length", None),
    ],
)
def test_fields_are_followed_as_far_as_they_are_documented(
    reading: str, field: str | None, facts: Facts
) -> None:
    text = (
        "fetch:\n  events: {action: events.list}\n"
        "  stream: {action: events.stream, with: {event_ref: a}}\n"
        "  report: {action: analytics.overall, with: "
        "{event_ref: a, metric_id: views, measurement: x, timeframe: x}}\n"
        f'actions: [{{action: log.write, with: {{message: "{{{{ {reading} }}}}"}}}}]\n'
    )
    found = [one for one in check_text(text, facts).findings if one.rule == "unknown-field"]
    starts = [(one.range.start.offset, one.range.end.offset) for one in found]
    assert [text[start:end].strip("'") for start, end in starts] == ([field] if field else [])


def test_an_action_without_parameters_says_so(facts: Facts) -> None:
    found = check_text("actions: [{action: a.b}]", Facts(facts.actions)).findings
    assert [one.rule for one in found] == ["unknown-action"]


def test_findings_of_one_file_are_cut_off_and_that_is_said(facts: Facts) -> None:
    texts = ", ".join(f"'{{{{ nope{at} }}}}'" for at in range(300))
    report = check_text(f"actions: [{{set: {{a: [{texts}]}}}}]", facts)
    assert len(report.findings) == limits.PROBLEMS + 1
    assert "limit" in {finding.rule for finding in report.findings}
