"""The configuration: `beeflow.yaml`, the environment, and the secrets.

`load_config` reads and checks all of it at once and gives frozen settings; `Secrets` looks
secrets up by name and takes their values out of whatever people may see. What only some commands
need stands apart: `dotenv_file.read_dotenv`, `schema.config_schema`.
"""

from __future__ import annotations

from beeflow.config.credential import Credential
from beeflow.config.loading import DEFAULT_FILE, load_config
from beeflow.config.secrets import Secrets, open_secrets
from beeflow.config.settings import (
    Config,
    Connection,
    Http,
    JournalConfig,
    LogConfig,
    LogFormat,
    LogLevel,
    Platform,
    SecretsConfig,
    Server,
    Slack,
    Smtp,
    Source,
)

__all__ = [
    "DEFAULT_FILE",
    "Config",
    "Connection",
    "Credential",
    "Http",
    "JournalConfig",
    "LogConfig",
    "LogFormat",
    "LogLevel",
    "Platform",
    "Secrets",
    "SecretsConfig",
    "Server",
    "Slack",
    "Smtp",
    "Source",
    "load_config",
    "open_secrets",
]
