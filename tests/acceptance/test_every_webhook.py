"""Each of the documented webhooks, sent by the sandbox, triggers a recipe in a real daemon."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
from acceptance.house import SECRET, SOURCE

from beeflow.beestreamed.catalog import load_catalog
from beeflow.resources import schemas

if TYPE_CHECKING:
    from acceptance.house import House

KINDS = sorted(load_catalog().webhooks)
