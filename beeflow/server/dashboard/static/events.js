// The list of events.

import { get } from "/static/api.js";
import { el, empty, table } from "/static/dom.js";
import { filters, text } from "/static/filters.js";
import { when } from "/static/times.js";

export async function show(query) {
  const events = await get("/api/events", Object.fromEntries(query));
  return el("section", {},
    el("h1", {}, "Events"),
    filters("events", query, [
      text("type", "event.updated.status"),
      text("source", "main"),
      text("since", "7d, 2h, 2026-12-01"),
    ]),
    events.length ? list(events) : nothing(query));
}

function list(events) {
  return table(["Event", "Type", "Source", "Received", "Runs"], events.map((event) => [
    eventLink(event.id),
    el("code", {}, event.type),
    event.source,
    when(event.received_at),
    String(event.runs),
  ]));
}

export function eventLink(id) {
  return el("a", { class: "id", href: `#/events/${encodeURIComponent(id)}` }, id);
}

function nothing(query) {
  return [...query].length
    ? empty("No event is like that.", "Clear a filter to see more.")
    : empty("Nothing has arrived yet.", "Try it with: beeflow send event.updated.status");
}
