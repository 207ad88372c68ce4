// One run: why it did what it did. Each decision clause by clause, each call with its answer.

import { get, post } from "/static/api.js";
import { attempt, badge, button, el, facts, json } from "/static/dom.js";
import { askResolution } from "/static/dialogs.js";
import { eventLink } from "/static/events.js";
import { step } from "/static/steps.js";
import { between, when } from "/static/times.js";

const RETRYABLE = new Set(["failed", "unknown", "cancelled"]);
const SILENT = new Set(["now"]);

export async function showRun(id) {
  const run = await get(`/api/runs/${encodeURIComponent(id)}`);
  const steps = run.steps.filter((one) => !SILENT.has(one.kind));
  return el("section", {},
    el("div", { class: "title" },
      el("h1", {}, run.recipe),
      badge(run.outcome ?? run.status),
      el("div", { class: "actions" }, actions(run))),
    verdict(run),
    facts([
      ["Run", el("code", {}, run.id)],
      ["Began", when(run.created_at)],
      ["Took", between(run.created_at, run.ended_at)],
      ["Wakes", run.outcome ? null : when(run.wake_at)],
      ["Attempt", run.attempt > 1 ? String(run.attempt) : null],
      ["Started by", el("span", {}, run.events.map((event) => [eventLink(event.id), ` ${event.type} `]))],
      ["About", run.event_ref],
      ["Recipe's text", el("code", { title: run.recipe_hash }, run.recipe_hash.slice(0, 12))],
    ]),
    Object.keys(run.inputs).length ? json("Inputs", run.inputs) : null,
    el("h2", {}, "What happened"),
    steps.length
      ? el("ol", { class: "steps" }, steps.map(step))
      : el("p", { class: "faint" }, "Nothing yet."));
}

function verdict(run) {
  const fault = run.ending?.fault;
  if (!fault) return run.reason ? el("p", { class: "verdict" }, run.reason) : null;
  const where = [fault.step || fault.path, fault.file && `${fault.file}:${fault.line}`];
  return el("div", { class: "verdict bad" },
    el("p", {}, fault.failure.message),
    el("p", { class: "faint" }, where.filter(Boolean).join(" · ")),
    fault.expression ? el("pre", { tabindex: "0" }, fault.expression) : null);
}

function actions(run) {
  const path = `/api/runs/${encodeURIComponent(run.id)}`;
  const act = async (action, done) => {
    await attempt(action, done);
    document.dispatchEvent(new Event("beeflow:changed"));
  };
  return [
    run.open.length
      ? button("Resolve…", async () => {
        const answer = await askResolution(run.open);
        if (answer) await act(() => post(`${path}/resolve`, answer), "The run goes on.");
      }, "primary")
      : null,
    RETRYABLE.has(run.outcome)
      ? button("Retry", () => act(() => post(`${path}/retry`), "The run goes on from where it ended."))
      : null,
    run.status === "done"
      ? null
      : button("Cancel", () => act(() => post(`${path}/cancel`), "The run is being cancelled."), "danger"),
  ];
}
