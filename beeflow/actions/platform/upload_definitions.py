"""The actions that upload files, as data."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from msgspec.structs import replace

from beeflow.actions.definition import Args, Definition
from beeflow.actions.parameter import Parameter
from beeflow.actions.platform.generated import define
from beeflow.beestreamed.announced import Announced

if TYPE_CHECKING:
    from collections.abc import Collection

    from beeflow.beestreamed.catalog import Catalog
    from beeflow.beestreamed.operation import Operation
    from beeflow.types import Json

PICTURES = ("events.upload_image", "client.upload_logo")
UPLOAD_VIDEO = "videos.upload_file"

_SHOWN = {"events.upload_image": (Announced("event.updated", when=("path",)),)}
"""The webhooks that a picture sends once it has arrived."""

_STAGES = ("video.upload.new", "video.upload.pending", "video.upload.done", "video.upload.created")
"""The webhooks that an upload sends on its way to a video."""

_PATH = Parameter(
    "path",
    {"type": "string", "minLength": 1},
    "A file of this machine to upload; without it only the link is returned",
)


def define_picture(operation: Operation) -> Definition:
    """Return the definition: that of the operation, and `path`."""
    plain = define(operation)

    def check(args: Args, opaque: Collection[str]) -> list[str]:
        if "path" in args and "path" not in opaque and not _is_text(args["path"]):
            return ["`path` must be text: the file to upload"]
        if "path" in opaque and "filename" not in args:
            return list(plain.check(own_arguments(args), {*opaque, "filename"} - {"path"}))
        return list(plain.check(own_arguments(args), set(opaque) - {"path"}))

    return replace(
        plain,
        description=(
            f"{plain.description} With `path` the file is uploaded as well, and `filename` is "
            "its name unless given."
        ),
        parameters=(
            *(
                replace(one, required=one.required and one.name != "filename")
                for one in plain.parameters
            ),
            _PATH,
        ),
        announces=tuple(_SHOWN.get(operation.name, ())),
        check_with=check,
    )


def own_arguments(args: Args) -> dict[str, Json]:
    """Return the operation's own arguments; the file's name serves as `filename`."""
    given = {name: value for name, value in args.items() if name != "path"}
    path = args.get("path")
    if isinstance(path, str) and path:
        given.setdefault("filename", PurePath(path).name)
    return given


def _is_text(value: Json) -> bool:
    return isinstance(value, str) and bool(value)


def define_upload(catalog: Catalog) -> Definition:
    """Return the definition, with the platform's own parameters where it has them."""
    duration = catalog.operations["videos.create_upload"].by_name["duration"]
    updated = catalog.operations["videos.update"]
    update = updated.by_name
    video = catalog.operations["videos.get"]
    return Definition(
        name=UPLOAD_VIDEO,
        summary="Upload a file of this machine as a video, and wait until it is ready",
        description=(
            "Streams the file to the link that `videos.create_upload` gives, waits until the video "
            "is listed and can be played, then sets `title` and `event_ref` where given. Give the "
            "step a `timeout` that is long enough, such as 30m."
        ),
        # A second upload would be a second video, encoded and paid for.
        effect="once",
        announces=(
            *(Announced(type_) for type_ in _STAGES),
            *(one.only(("title", "event_ref")) for one in updated.announces),
        ),
        parameters=(
            Parameter("path", {"type": "string", "minLength": 1}, "The file", required=True),
            Parameter(duration.name, duration.schema, duration.description, required=True),
            Parameter("title", update["title"].schema, update["title"].description),
            Parameter("event_ref", update["event_ref"].schema, "The event to link the video to"),
        ),
        sample={
            "video_ref": "pvg36jbfxxmdtochgwjtdcnuyp1tve1o",
            "upload_id": "YzoCL01HHOtAVYq4Ds9zekdHJ2XqL9e8ukPWbr01KhtvM",
            "asset_id": "LGbqMZ8lS213tmO1OPCSA9bbqiWorz001iuiO3WG0168Y",
            "video": video.sample,
        },
        answer={
            "type": "object",
            "properties": {
                "video_ref": {"type": "string", "description": "The video's reference"},
                "upload_id": {"type": "string", "description": "The upload it came by"},
                "asset_id": {"type": "string", "description": "Its Mux asset"},
                "video": dict(video.answer_schema),
            },
        },
    )
