from __future__ import annotations

import os
import re
from ipaddress import ip_network
from pathlib import Path

import pytest

from beeflow.config import Config, Slack, Smtp, load_config
from beeflow.errors import ConfigError

DOCUMENTED = """\
recipes: recipes
timezone: Europe/Copenhagen
platform:
  url: https://api.beestreamed.com
  token_id: secret:BEESTREAMED_TOKEN_ID
  secret_key: secret:BEESTREAMED_SECRET_KEY
sources:                       # one for each webhook
  main: {secrets: [secret:HOOK_MAIN, secret:HOOK_MAIN_PREVIOUS]}
server: {host: 127.0.0.1, port: 8080, password: secret:DASHBOARD_PASSWORD}
journal: {path: beeflow.db, retention: 30d}
connections:
  slack: {url: secret:SLACK_URL}
  smtp: {host: localhost, port: 25, tls: auto, username: null, password: secret:SMTP_PASSWORD,
         from: "Events <events@example.com>"}
http: {allow_private: []}
secrets: {dir: null}
"""


@pytest.fixture(autouse=True)
def working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(text: str, environ: dict[str, str] | None = None) -> str:
    Path("beeflow.yaml").write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(None, environ or {})
    return str(caught.value)


def loaded(text: str, environ: dict[str, str] | None = None) -> Config:
    Path("beeflow.yaml").write_text(text, "utf-8")
    return load_config(None, environ or {})


def test_without_a_file_the_defaults_serve() -> None:
    config = load_config(None, {"PATH": "/bin"})
    assert config == Config()
    assert config.server.port == 8080
    assert config.platform.url == "https://api.beestreamed.com"
    assert config.journal.retention == 30 * 86400


def test_the_documented_file_is_read_whole() -> None:
    config = loaded(DOCUMENTED)
    assert config.file == Path("beeflow.yaml")
    assert config.timezone == "Europe/Copenhagen"
    assert config.platform.token_id is not None
    assert config.platform.token_id.secret == "BEESTREAMED_TOKEN_ID"
    assert [one.secret for one in config.sources["main"].secrets] == [
        "HOOK_MAIN",
        "HOOK_MAIN_PREVIOUS",
    ]
    smtp = config.connections["smtp"]
    assert isinstance(smtp, Smtp)
    assert (smtp.sender, smtp.username, smtp.port) == ("Events <events@example.com>", None, 25)
    assert config.secrets.dir is None
    assert len(config.credentials()) == 7


def test_a_named_file_must_exist() -> None:
    with pytest.raises(ConfigError, match=r"other\.yaml: there is no such file"):
        load_config(Path("other.yaml"), {})


def test_a_file_that_cannot_be_read_is_told() -> None:
    Path("folder.yaml").mkdir()
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(Path("folder.yaml"), {})


def test_paths_of_a_file_are_relative_to_it_and_those_of_the_environment_are_not() -> None:
    Path("etc").mkdir()
    Path("etc/b.yaml").write_text("journal: {path: data/j.db}\nsecrets: {dir: run}\n")
    config = load_config(Path("etc/b.yaml"), {})
    assert config.recipes == Path("etc/recipes")
    assert config.journal.path == Path("etc/data/j.db")
    assert config.secrets.dir == Path("etc/run")
    config = load_config(
        Path("etc/b.yaml"), {"BEEFLOW_RECIPES": "mine", "BEEFLOW_JOURNAL_PATH": "/var/j.db"}
    )
    assert (config.recipes, config.journal.path) == (Path("mine"), Path("/var/j.db"))


def test_an_empty_file_and_empty_sections_mean_the_defaults() -> None:
    assert loaded("").server == Config().server
    assert loaded("~\n").server == Config().server
    assert loaded("# nothing\n").server == Config().server
    assert loaded("server:\nplatform: null\nsources: ~\n").platform == Config().platform


def test_retention_null_keeps_for_good() -> None:
    assert loaded("journal: {retention: null}").journal.retention is None
    assert loaded("journal: {retention: 12h}").journal.retention == 43200


def test_connections_of_other_names_carry_a_kind() -> None:
    config = loaded(
        "connections:\n"
        "  crew: {kind: slack, token: secret:T, api_url: http://127.0.0.1:9/api}\n"
        "  bulk: {kind: smtp, host: mail, tls: starttls, from: a@b.example}\n"
        "  safe: {kind: smtp, tls: tls, from: a@b.example}\n"
    )
    crew, bulk, safe = (config.connections[name] for name in ("crew", "bulk", "safe"))
    assert isinstance(crew, Slack)
    assert crew.api_url == "http://127.0.0.1:9/api/"
    assert isinstance(bulk, Smtp)
    assert isinstance(safe, Smtp)
    assert (bulk.port, safe.port, safe.host) == (587, 465, "localhost")


def test_networks_are_read() -> None:
    config = loaded("http: {allow_private: [10.1.0.0/16, 127.0.0.1, '::1']}")
    assert config.http.allow_private == (
        ip_network("10.1.0.0/16"),
        ip_network("127.0.0.1/32"),
        ip_network("::1/128"),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("serer: {}", ["beeflow.yaml:1:1: error[unknown-key]", "no key `serer`", "`server`"]),
        ("server: {prot: 1}", [":1:10:", "`server` has no key `prot`", "did you mean `port`?"]),
        ("server: {zzz: 1}", ["has: host, hosts, password, port"]),
        ("server: {port: 65536}", [":1:16:", "is `65536`", "from 0 to 65535"]),
        ("server: {port: '80'}", ["the text `80`", "a whole number"]),
        ("server: {port: 1.5}", ["`1.5`"]),
        ("server: {port: true}", ["`true`"]),
        ("server: {port: }", ["`server.port` is empty"]),
        ("server: [1]", ["`server` is a list of 1", "a mapping or null"]),
        ("server: {hosts: {a: 1}}", ["is a mapping", "a list"]),
        ("recipes: ''", ["not empty"]),
        ("timezone: Mars/Base", [":1:11:", "`Mars/Base` is not a time zone"]),
        ("timezone: 5", ["`timezone` is `5`", "text"]),
        ("journal: {retention: 30}", ["`30`"]),
        ("journal: {retention: soon}", ["`soon` is not a duration"]),
        ("journal: {retention: -1d}", ["above zero"]),
        ("journal: {path: a, url: b}", ["both `path` and `url`", "keep one"]),
        ("journal: {synchronous: fulll}", ["allowed: full, normal"]),
        ("platform: {url: ftp://x}", ["`ftp://x` is not an address"]),
        ("platform: {url: 'http://[::1'}", ["is not an address"]),
        ("platform: {url: 'http://a b'}", ["is not an address"]),
        ("platform: {url: 7}", ["`platform.url` is `7`"]),
        ("platform: {token_id: 12345}", ["`platform.token_id` is empty or no text"]),
        ("platform: {token_id: ''}", ["not empty"]),
        ("sources: {Main: {secrets: [a]}}", [":1:11: error[name]", "`Main` is not a name"]),
        ("sources: {main: {}}", ["`sources.main` lacks `secrets`"]),
        ("sources: {main: {secrets: []}}", ["a list of 0", "1 to 10 items"]),
        ("sources: {main: {secrets: secret:X}}", ["is the text `secret:X`", "a list of 1 to 10"]),
        ("connections: {slack: {}}", ["needs exactly one of `url` and `token`"]),
        ("connections: {slack: {url: a, token: b}}", ["needs exactly one of"]),
        ("connections: {smtp: {host: a}}", ["`connections.smtp` lacks `from`", "The sender"]),
        ("connections: {smtp: {from: nobody}}", ["`nobody` is not one mail address"]),
        ("connections: {crew: {url: x}}", ["`connections.crew` lacks `kind`"]),
        ("connections: {crew: {kind: pigeon}}", ["the text `pigeon`", "allowed: slack, smtp"]),
        ("http: {allow_private: [10.0.0.1/8]}", ["`http.allow_private.0`", "host bits set"]),
        ("http: {allow_private: [everything]}", ["10.1.0.0/16"]),
        ("http: {allow_private: [5]}", ["`http.allow_private.0` is `5`"]),
        ("server: {host: " + "x" * 70 + ", port: " + "y" * 70 + "}", ["y" * 60 + "…"]),
    ],
)
def test_what_is_wrong_is_told_with_place_value_and_mend(text: str, expected: list[str]) -> None:
    message = refused(text)
    for part in expected:
        assert part in message
    assert re.match(r"beeflow\.yaml:\d+:\d+: error\[[a-z-]+\]: ", message)


def test_all_errors_are_told_at_once_in_their_order_with_snippet_and_caret() -> None:
    message = refused("server:\n  prot: 1\n  host: 5\nzeit: x\n")
    assert message.splitlines()[:5] == [
        "beeflow.yaml:2:3: error[unknown-key]: `server` has no key `prot`",
        "   |",
        " 2 |   prot",
        "   |   ^^^^",
        "   = help: did you mean `port`? (has: host, hosts, password, port)",
    ]
    assert message.index(":2:3:") < message.index(":3:9:") < message.index(":4:1:")
    assert message.endswith("3 errors in the configuration")


def test_an_error_never_shows_a_credential() -> None:
    message = refused("server: {password: hunter2-x, prot: 1}\nplatform: {token_id: [hunter2-x]}")
    assert "hunter2" not in message
    assert "hunter2" not in refused("server: {pasword: hunter2-x}")


def test_the_settings_do_not_show_credentials() -> None:
    config = loaded("server: {password: hunter2-x}\nsources: {a: {secrets: [hunter3-x]}}")
    assert "hunter" not in repr(config)


def test_the_environment_sets_every_value() -> None:
    config = load_config(
        None,
        {
            "BEEFLOW_SERVER_PORT": "0",
            "BEEFLOW_SERVER_HOSTS": "a.example, b.example",
            "BEEFLOW_PLATFORM_URL": "http://127.0.0.1:1/",
            "BEEFLOW_PLATFORM_RATE_LIMIT": "60",
            "BEEFLOW_PLATFORM_SESSION_PLACE": "query",
            "BEEFLOW_SOURCES_MAIN_SECRETS": "secret:A,secret:B",
            "BEEFLOW_SOURCES_SECOND_ONE_SECRETS": "c",
            "BEEFLOW_CONNECTIONS_SLACK_API_URL": "http://127.0.0.1:2/api",
            "BEEFLOW_CONNECTIONS_SLACK_TOKEN": "secret:T",
            "BEEFLOW_CONNECTIONS_CREW_KIND": "smtp",
            "BEEFLOW_CONNECTIONS_CREW_FROM": "a@b.example",
            "BEEFLOW_JOURNAL_RETENTION": "null",
            "BEEFLOW_HTTP_ALLOW_PRIVATE": "10.0.0.0/8",
            "BEEFLOW_SECRETS_DIR": "",
        },
    )
    assert config.server.port == 0
    assert config.server.hosts == ("a.example", "b.example")
    assert config.platform.url == "http://127.0.0.1:1"
    assert (config.platform.rate_limit, config.platform.session_place) == (60, "query")
    assert [one.text for one in config.sources["main"].secrets] == ["secret:A", "secret:B"]
    assert "second-one" in config.sources
    slack = config.connections["slack"]
    assert isinstance(slack, Slack)
    assert slack.api_url == "http://127.0.0.1:2/api/"
    assert isinstance(config.connections["crew"], Smtp)
    assert config.journal.retention is None
    assert config.http.allow_private == (ip_network("10.0.0.0/8"),)


def test_the_environment_wins_over_the_file_and_meets_its_names() -> None:
    text = "sources: {my_main: {secrets: [a, b]}}\nserver: {port: 1}\n"
    config = loaded(text, {"BEEFLOW_SOURCES_MY_MAIN_SECRETS": "c", "BEEFLOW_SERVER_PORT": "2"})
    assert list(config.sources) == ["my_main"]
    assert [one.text for one in config.sources["my_main"].secrets] == ["c"]
    assert config.server.port == 2


def test_a_wrong_variable_is_told_by_its_name() -> None:
    message = refused("server: {port: 1}", {"BEEFLOW_SERVER_PORT": "eighty"})
    assert message.startswith("environment: BEEFLOW_SERVER_PORT: error[value]: `server.port`")
    message = refused("", {"BEEFLOW_SERVR_PORT": "1"})
    assert "did you mean BEEFLOW_SERVER_PORT?" in message
    message = refused("", {"BEEFLOW_QQQQQQ": "1", "BEEFLOW_HTTP_ALLOW_PRIVATE": "x"})
    assert "BEEFLOW_QQQQQQ is not a setting" in message
    message = refused("", {"BEEFLOW_HTTP_ALLOW_PRIVATE": "10.0.0.0/8,x"})
    assert message.startswith("environment: BEEFLOW_HTTP_ALLOW_PRIVATE: error[value]")
    message = refused("server: 5", {"BEEFLOW_SERVER_PORT": "65536", "BEEFLOW_TIMEZONE": "x"})
    assert "environment: BEEFLOW_TIMEZONE" in message


def test_variables_that_kubernetes_and_tests_set_are_left_alone() -> None:
    environ = {
        "BEEFLOW_SERVICE_HOST": "10.0.0.1",
        "BEEFLOW_PORT": "tcp://10.0.0.1:80",
        "BEEFLOW_PORT_80_TCP_ADDR": "10.0.0.1",
        "BEEFLOW_TEST_POSTGRES": "postgres://",
        "BEEFLOW_SECRET_X": "y",
        "BEEFLOW_DEBUG": "1",
    }
    assert load_config(None, environ) == Config()


def test_any_value_may_be_a_secret() -> None:
    text = "platform: {url: secret:URL}\nserver: {hosts: [secret:HOST]}\n"
    config = loaded(text, {"BEEFLOW_SECRET_URL": "http://h:1", "BEEFLOW_SECRET_HOST": "x.example"})
    assert config.platform.url == "http://h:1"
    assert config.server.hosts == ("x.example",)


def test_a_missing_secret_of_a_plain_value_is_told() -> None:
    message = refused("platform: {url: secret:URL}\nsecrets: {dir: .}")
    assert ":1:17: error[secret]: `platform.url` needs the secret URL" in message
    assert "BEEFLOW_SECRET_URL" in message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: [1", "error[syntax]"),
        ("a: b\n  c: d", ":2:4: error[syntax]"),
        ("server: {port: 1}\nserver: {port: 2}", ":2:1: error[duplicate-key]: `server` is here"),
        ("- a", "is a mapping of keys to values"),
        ("text", "is a mapping of keys to values"),
        ("? [a]\n: b", "a key must be text"),
        ("server: !x {port: 1}", "the tag `!x` means nothing here"),
        ("server: {port: 1}\n---\na: b", "error[syntax]"),
        ("a: \x07", "a control character is not allowed here"),
        ("a: &a [*a]", "nested deeper than 20"),
        ("a: " + "[" * 30 + "]" * 30, "nested deeper than 20"),
        ("a: " + "[" * 2000, "error[s"),
        ("a: [" + "1, " * 10001 + "1]", "more than 10000 values"),
    ],
)
def test_broken_yaml_is_told_with_its_place(text: str, expected: str) -> None:
    message = refused(text)
    assert expected in message
    assert message.startswith("beeflow.yaml:")


def test_a_file_of_other_bytes_is_told() -> None:
    Path("beeflow.yaml").write_bytes(b"a: b\nserver: {host: \xff}\n")
    with pytest.raises(ConfigError, match=r"beeflow\.yaml:2:1: error\[encoding\].*not UTF-8"):
        load_config(None, {})
    Path("beeflow.yaml").write_bytes(b"#" * (1024 * 1024 + 1))
    with pytest.raises(ConfigError, match=r"error\[size\]"):
        load_config(None, {})


def test_only_plain_scalars_are_typed() -> None:
    config = loaded("﻿server: {host: on, port: 80}\r\nrecipes: '12'\r\n")
    assert (config.server.host, config.recipes) == ("on", Path("12"))
    assert "the text `0123`" in refused("server: {port: 0123}")
    assert "the text `True`" in refused("server: {port: True}")


def test_the_test_environment_is_not_read() -> None:
    assert "BEEFLOW_SERVER_PORT" not in os.environ
