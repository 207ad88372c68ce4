from __future__ import annotations

import io
from typing import TYPE_CHECKING

from beeflow.sandbox.files import MAX_FILE

if TYPE_CHECKING:
    from sandbox.site import Site


async def upload_link(site: Site) -> str:
    created = await site.post(f"/events/{site.refs.event}/upload", {"filename": "a.png"})
    link: str = created.body["data"]["upload_url"]
    return link


async def test_a_link_is_good_for_twenty_minutes_and_for_its_use(site: Site) -> None:
    link = await upload_link(site)
    assert (await site.get(link)).status == 403
    assert (
        await site.call("PUT", link.replace("Signature=", "Signature=0"), data=b"x")
    ).status == 403
    assert (await site.call("PUT", link.replace("Expires=1", "Expires=x"), data=b"x")).status == 403
    assert (await site.call("PUT", link.partition("?")[0], data=b"x")).status == 403
    await site.pass_time("19m")
    assert (await site.call("PUT", link, data=b"x")).status == 200
    await site.pass_time("2m")
    assert (await site.call("PUT", link, data=b"x")).status == 403


async def test_what_was_put_cannot_run_as_a_page_of_the_sandbox(site: Site) -> None:
    link = await upload_link(site)
    await site.call("PUT", link, data=b"<script>", headers={"Content-Type": "text/html"})
    url = (await site.get(f"/events/{site.refs.event}/image")).body["data"]["signed_url"]
    answer = await site.get(url)
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_large_file_is_taken_counted_and_not_kept(site: Site) -> None:
    link = await upload_link(site)
    content = b"x" * (MAX_FILE + 1)
    assert (await site.call("PUT", link, data=io.BytesIO(content))).status == 200
    (stored,) = site.running.sandbox.files.stored.values()
    assert (stored.size, stored.content) == (len(content), b"")


async def test_a_file_that_is_gone_is_not_found(site: Site) -> None:
    link = await upload_link(site)
    await site.call("PUT", link, data=b"x")
    url = (await site.get(f"/events/{site.refs.event}/image")).body["data"]["signed_url"]
    site.running.sandbox.files.stored.clear()
    assert (await site.get(url)).status == 404


async def test_links_can_be_made_to_fail(site: Site) -> None:
    link = await upload_link(site)
    await site.post("/_sandbox/faults", {"match": {"method": "PUT"}, "status": 503})
    assert (await site.call("PUT", link, data=b"x")).status == 503
    assert (await site.call("PUT", link, data=b"x")).status == 200
