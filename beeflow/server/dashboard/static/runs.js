// The list of runs, with its filters.

import { get } from "/static/api.js";
import { badge, el, empty, table } from "/static/dom.js";
import { choice, filters, text } from "/static/filters.js";
import { between, when } from "/static/times.js";

const OUTCOMES = ["succeeded", "failed", "unknown", "cancelled", "skipped"];
const STATUSES = ["delayed", "queued", "ready", "waiting", "done"];

export async function show(query) {
  const wanted = Object.fromEntries(query);
  const [runs, recipes] = await Promise.all([get("/api/runs", wanted), get("/api/recipes")]);
  return el("section", {},
    el("h1", {}, "Runs"),
    filters("runs", query, [
      choice("recipe", recipes.map((recipe) => recipe.id)),
      choice("outcome", OUTCOMES),
      choice("status", STATUSES),
      text("since", "7d, 2h, 2026-12-01"),
    ]),
    runs.length ? list(runs) : nothing(query));
}

export function list(runs) {
  return table(["Run", "Recipe", "Began", "Took", "Reason"], runs.map((run) => [
    el("span", { class: "first" }, badge(run.outcome ?? run.status), runLink(run.id)),
    el("a", { href: `#/runs?recipe=${encodeURIComponent(run.recipe)}` }, run.recipe),
    when(run.created_at),
    between(run.created_at, run.ended_at) ?? "–",
    el("span", { class: "reason" }, run.reason ?? ""),
  ]));
}

export function runLink(id) {
  return el("a", { class: "id", href: `#/runs/${encodeURIComponent(id)}` }, id);
}

function nothing(query) {
  return [...query].length
    ? empty("No run is like that.", "Clear a filter to see more.")
    : empty("Nothing has run yet.", "A run begins when an event arrives that a recipe waits for.");
}
