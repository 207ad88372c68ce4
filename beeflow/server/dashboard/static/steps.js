// One step of a run, by the kind of its record.

import { badge, el, json } from "/static/dom.js";
import { span, when } from "/static/times.js";

const TITLES = {
  decide: "Decision",
  wait: "Wait",
  wait_for: "Wait for a webhook",
  backoff: "Pause before another attempt",
  set: "Set",
  state: "Read kept values",
  keep: "Change kept values",
  claim: "Take the once-key",
  release: "Give the once-key back",
  throttle: "Throttle",
  start_run: "Run another recipe",
  expired: "Out of time",
};

export function step(record) {
  const shape = { decide: decision, call, would: call, look: call }[record.kind] ?? other;
  return el("li", { class: `step ${record.kind} ${mood(record)}` }, shape(record));
}

function mood(record) {
  if (record.kind === "decide") return record.input?.value === true ? "held" : "not-held";
  return record.status;
}

function head(title, record, ...more) {
  return el("div", { class: "head" },
    el("strong", {}, title), more,
    el("span", { class: "spacer" }),
    record.seconds ? el("span", { class: "faint" }, span(record.seconds)) : null,
    el("span", { class: "faint" }, when(record.started_at)),
    el("code", { class: "path" }, record.path));
}

function decision(record) {
  const { value, clauses = [] } = record.input ?? {};
  const word = value === true ? "held" : value === false ? "did not hold" : String(value);
  return [head(`Decision ${word}`, record), el("ul", { class: "clauses" }, clauses.map(clause))];
}

function clause({ text, value, operands }) {
  const [mark, word] = value === true ? ["✓", "held"] : value === false ? ["✗", "did not hold"] : ["·", "not looked at"];
  const state = value === true ? "yes" : value === false ? "no" : "open";
  return el("li", { class: state },
    el("span", { class: "mark", title: word, "aria-label": word }, mark),
    el("div", {},
      el("code", {}, text),
      operands.length
        ? el("dl", { class: "operands" }, operands.map(([name, operand]) =>
          el("div", {}, el("dt", {}, name), el("dd", {}, JSON.stringify(operand)))))
        : null));
}

function call(record) {
  const { action, args, effect } = record.input ?? {};
  const note = { would: "would have been called", look: "looked first" }[record.kind];
  return [
    head(action ?? "Call", record,
      el("span", { class: "faint" }, note ?? effect),
      record.status === "done" ? null : badge(record.error?.open ? "unknown" : record.status)),
    problem(record.error),
    json("with", args),
    json("answer", record.output),
  ];
}

function other(record) {
  return [
    head(TITLES[record.kind] ?? record.kind, record,
      record.until && record.status === "open" ? el("span", {}, "until ", when(record.until)) : null),
    problem(record.error),
    json("details", record.input),
    json("result", record.output),
  ];
}

function problem(error) {
  if (!error) return null;
  const facts = [error.kind, error.status && `HTTP ${error.status}`].filter(Boolean).join(", ");
  return el("div", { class: "problem" }, `${error.message} (${facts})`, json("more", error.detail));
}
