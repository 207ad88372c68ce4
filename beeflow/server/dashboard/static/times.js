// Times as people read them. The daemon sends ISO 8601 in UTC; here they are local.

import { el } from "/static/dom.js";

const UNITS = [["d", 86400], ["h", 3600], ["m", 60], ["s", 1]];

export function when(iso) {
  if (!iso) return null;
  const then = new Date(iso);
  const text = then.toLocaleString(undefined, { dateStyle: "short", timeStyle: "medium" });
  return el("time", { datetime: iso, title: `${iso} (${ago(then)})` }, text);
}

export function ago(then) {
  const seconds = (Date.now() - then.getTime()) / 1000;
  return seconds < 0 ? `in ${span(-seconds)}` : `${span(seconds)} ago`;
}

export function span(seconds) {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  const [unit, size] = UNITS.find(([, length]) => seconds >= length);
  const count = seconds / size;
  return `${count < 10 && unit !== "s" ? count.toFixed(1) : Math.round(count)} ${unit}`;
}

export function between(start, end) {
  return start && end ? span((new Date(end) - new Date(start)) / 1000) : null;
}
