// The dashboard: which section is shown, and keeping it fresh.

import { get, post } from "/static/api.js";
import { el, empty } from "/static/dom.js";
import * as events from "/static/events.js";
import * as recipes from "/static/recipes.js";
import * as runs from "/static/runs.js";
import { showEvent } from "/static/event.js";
import { showRun } from "/static/run.js";

const REFRESH = 3000;
const main = document.getElementById("main");
const health = document.getElementById("health");
const unknown = document.getElementById("unknown");

const SECTIONS = {
  runs: (id, query) => (id ? showRun(id) : runs.show(query)),
  events: (id, query) => (id ? showEvent(id) : events.show(query)),
  recipes: () => recipes.show(),
};

let shown = "";
let turn = 0;

function place() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  const [section, id] = path.split("/");
  const known = section in SECTIONS ? section : "runs";
  return { section: known, id: id && decodeURIComponent(id), query: new URLSearchParams(query) };
}

// Draw the section anew. What is the same as before is left alone, so that a refresh neither
// closes what a reader opened nor takes the focus away.
async function draw({ fresh = false } = {}) {
  const mine = ++turn;
  const { section, id, query } = place();
  let view;
  try {
    view = await SECTIONS[section](id, query);
  } catch (error) {
    view = empty("This could not be loaded.", error.message);
  }
  if (mine !== turn) return;
  const text = view.outerHTML;
  if (!fresh && text === shown) return;
  shown = text;
  const opened = fresh ? [] : openDetails();
  main.replaceChildren(view);
  reopen(opened);
  if (fresh) mark(section);
}

function openDetails() {
  return [...main.querySelectorAll("details")].map((details) => details.open);
}

function reopen(opened) {
  [...main.querySelectorAll("details")].forEach((details, index) => {
    if (opened[index] !== undefined) details.open = opened[index];
  });
}

function mark(section) {
  for (const link of document.querySelectorAll("nav a")) {
    if (link.dataset.section === section) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const title = main.querySelector("h1");
  document.title = title ? `${title.textContent} · beeflow` : "beeflow";
}

async function watchHealth() {
  try {
    const status = await get("/api/status");
    health.className = `health ${status.ready ? "good" : "bad"}`;
    document.getElementById("logout").hidden = !status.password;
    const lost = status.missing_events
      ? [`${status.missing_events} events are gone from the journal that nothing pruned`] : [];
    health.title = [`beeflow ${status.version}`, ...status.hindrances, ...lost].join("\n");
    const open = status.outcomes.unknown ?? 0;
    unknown.hidden = !open;
    unknown.textContent = `${open} unknown`;
    unknown.title = "Runs whose outcome nobody knows: look, and answer them.";
    const busy = status.running + status.queued;
    health.replaceChildren(el("span", { class: "dot" }),
      status.ready ? (busy ? `${busy} under way` : "ready") : "not ready");
  } catch (error) {
    health.className = "health bad";
    health.replaceChildren(el("span", { class: "dot" }), "no answer");
    health.title = error.message;
  }
}

function busy() {
  const active = document.activeElement;
  return document.hidden || document.querySelector("dialog[open]") || active?.matches("input, select");
}

document.getElementById("logout").addEventListener("click", async () => {
  await post("/logout").catch(() => null);
  location.replace("/login");
});
window.addEventListener("hashchange", () => draw({ fresh: true }).then(() => main.focus()));
document.addEventListener("beeflow:changed", () => draw());
setInterval(() => {
  if (busy()) return;
  draw();
  watchHealth();
}, REFRESH);
draw({ fresh: true });
watchHealth();
