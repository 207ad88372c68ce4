// One event: its payload, and what it started.

import { get, post } from "/static/api.js";
import { attempt, button, el, empty, facts, json } from "/static/dom.js";
import { list } from "/static/runs.js";
import { when } from "/static/times.js";

export async function showEvent(id) {
  const event = await get(`/api/events/${encodeURIComponent(id)}`);
  return el("section", {},
    el("div", { class: "title" },
      el("h1", {}, event.type),
      button("Replay", () => replay(event.id), "primary")),
    facts([
      ["Event", el("code", {}, event.id)],
      ["Source", event.source],
      ["Received", when(event.received_at)],
      ["Id in the payload", event.payload_id],
      ["About", event.event_ref],
    ]),
    el("h2", {}, "What it started"),
    event.started.length
      ? list(event.started)
      : empty("No recipe wanted this event.", "No trigger of a live recipe matched it."),
    el("h2", {}, "Payload"),
    json("as it came, without secrets", event.payload, true));
}

async function replay(id) {
  const entered = await attempt(
    () => post(`/api/events/${encodeURIComponent(id)}/replay`), "The event has entered again.");
  if (entered) location.hash = `#/events/${encodeURIComponent(entered.event)}`;
}
