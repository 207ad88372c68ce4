"""`events.upload_image` and `client.upload_logo`, which with `path` really put the file there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beeflow.actions.definition import Args, Context, DefinedAction
from beeflow.actions.failures import refusal
from beeflow.actions.platform.client import Budget, PlatformClient
from beeflow.actions.platform.files import open_file, put_file
from beeflow.actions.platform.upload_definitions import define_picture, own_arguments

if TYPE_CHECKING:
    import aiohttp

    from beeflow.beestreamed.operation import Operation
    from beeflow.types import Json


class UploadPicture(DefinedAction):
    """Gets a link, and with `path` uploads the file to it."""

    def __init__(
        self, operation: Operation, client: PlatformClient, session: aiohttp.ClientSession
    ) -> None:
        self.definition = define_picture(operation)
        self._client = client
        self._session = session

    async def call(self, args: Args, context: Context) -> Json:
        """Return `asset_ref` and `upload_url`."""
        path = args.get("path")
        budget = Budget.of(context.timeout)
        file = open_file(str(path)) if path is not None else None
        answer = await self._client.call(self.name, own_arguments(args), timeout=context.timeout)
        if file is None:
            return answer
        url = answer.get("upload_url") if isinstance(answer, dict) else None
        if not isinstance(url, str):
            raise refusal(f"{self.name}: the platform gave no address to upload to")
        left = budget.left(f"{self.name}: no time was left to upload {file.path.name}")
        await put_file(self._session, file, url, left)
        return answer
