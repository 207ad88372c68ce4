from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from beeflow.config import Config, Credential, Secrets, Server, load_config, open_secrets
from beeflow.config.dotenv_file import read_dotenv
from beeflow.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path


def test_secrets_come_from_the_environment() -> None:
    given = {"BEEFLOW_SECRET_E": "", "BEEFLOW_SECRET_F": " ", "OTHER": "x"}
    secrets = Secrets({"BEEFLOW_SECRET_A": "value", **given})
    assert secrets.get("A") == "value"
    assert secrets.get("E") is secrets.get("F") is None
    assert secrets.names() == ("A",)
    assert secrets.missing(["B", "A", "C", "B"]) == ("B", "C")


def test_secrets_come_from_a_folder_and_lose_one_line_break(tmp_path: Path) -> None:
    (tmp_path / "A").write_bytes(b"value\n")
    (tmp_path / "B").write_bytes(b"two\nlines\r\n")
    (tmp_path / "..data").mkdir()
    (tmp_path / "folder").mkdir()
    (tmp_path / ".hidden").write_text("x")
    (tmp_path / "EMPTY").write_text("")
    (tmp_path / "BLANK").write_text(" \n")
    secrets = Secrets({"BEEFLOW_SECRET_C": "env"}, tmp_path)
    assert (secrets.get("A"), secrets.get("B")) == ("value", "two\nlines")
    assert secrets.names() == ("A", "B", "C")


def test_the_environment_wins_over_the_folder(tmp_path: Path) -> None:
    (tmp_path / "A").write_text("file")
    assert Secrets({"BEEFLOW_SECRET_A": "env"}, tmp_path).get("A") == "env"


def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"`secrets\.dir`.*gone.*No such file"):
        Secrets({}, tmp_path / "gone")
    (tmp_path / "A").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="A is not UTF-8"):
        Secrets({}, tmp_path)
    (tmp_path / "A").write_bytes(b"x" * 65537)
    with pytest.raises(ConfigError, match="longer than 65536"):
        Secrets({}, tmp_path)


def test_a_reload_takes_new_values_and_keeps_masking_the_old(tmp_path: Path) -> None:
    (tmp_path / "A").write_text("first-value")
    secrets = Secrets({}, tmp_path)
    (tmp_path / "A").write_text("second-value")
    secrets.reload()
    assert secrets.get("A") == "second-value"
    assert secrets.mask("first-value second-value") == "*** ***"


def test_values_are_never_shown() -> None:
    secrets = Secrets({"BEEFLOW_SECRET_A": "hunter2"})
    assert repr(secrets) == "Secrets(A)"
    assert "hunter2" not in repr(Credential("server.password", "hunter2"))


def test_values_written_in_the_configuration_are_masked_too() -> None:
    config = Config(server=Server(password=Credential("server.password", "hunter2")))
    secrets = open_secrets(config, {"BEEFLOW_SECRET_B": "other-one"})
    assert secrets.mask({"a": ["hunter2", "other-one"]}) == {"a": ["***", "***"]}
    assert secrets.mask_text("hunter2!") == "***!"


def test_a_credential_is_revealed_or_names_the_mend() -> None:
    secrets = Secrets({"BEEFLOW_SECRET_A": "value"})
    assert Credential("server.password", "secret:A").reveal(secrets) == "value"
    assert Credential("server.password", "plain").reveal(secrets) == "plain"
    with pytest.raises(ConfigError, match=r"`server\.password` needs the secret B.*SECRET_B"):
        Credential("server.password", "secret:B").reveal(secrets)


def test_a_dotenv_file_is_read_without_interpolation(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text('# comment\nBEEFLOW_SECRET_A=va$lue\nexport B="two words"\nEMPTY\nC=\n')
    assert read_dotenv(file) == {"BEEFLOW_SECRET_A": "va$lue", "B": "two words", "C": ""}


def test_a_broken_dotenv_file_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("A=1\n\nB='open secret\n")
    with pytest.raises(ConfigError) as caught:
        read_dotenv(file)
    assert f"{file}:3:1: error[syntax]" in str(caught.value)
    assert "open secret" not in str(caught.value)
    with pytest.raises(ConfigError, match="cannot be read"):
        read_dotenv(tmp_path / "gone")
    file.write_bytes(b"A=\xff")
    with pytest.raises(ConfigError, match="not UTF-8"):
        read_dotenv(file)


def test_the_folder_of_the_configuration_is_used(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "TOKEN").write_text("tok-en\n")
    file = tmp_path / "beeflow.yaml"
    file.write_text("secrets: {dir: run}\nplatform: {token_id: secret:TOKEN}\n")
    config = load_config(file, {})
    assert config.platform.token_id is not None
    assert config.platform.token_id.reveal(open_secrets(config, {})) == "tok-en"
