// The recipes: what is loaded, what is broken and where, and starting one by hand.

import { get, post } from "/static/api.js";
import { attempt, badge, button, el, empty } from "/static/dom.js";
import { askInputs } from "/static/dialogs.js";

export async function show() {
  const recipes = await get("/api/recipes");
  return el("section", {},
    el("div", { class: "title" },
      el("h1", {}, "Recipes"),
      button("Reload", reload)),
    recipes.length
      ? el("div", { class: "cards" }, recipes.map(card))
      : empty("There are no recipes.", "Write one into the recipes folder: it goes live by itself."));
}

function card(recipe) {
  const runs = `#/runs?recipe=${encodeURIComponent(recipe.id)}`;
  return el("article", { class: `card recipe ${recipe.state}` },
    el("div", { class: "title" },
      el("h2", {}, recipe.name ?? recipe.id),
      badge(recipe.state),
      recipe.mode === "shadow" ? badge("shadow") : null),
    recipe.description ? el("p", {}, recipe.description) : null,
    el("p", { class: "faint" }, (recipe.triggers ?? []).join(" · ")),
    recipe.findings.map(finding),
    el("footer", {},
      el("code", {}, recipe.file),
      recipe.triggers ? button("Run…", () => run(recipe)) : null,
      el("a", { href: runs }, "Its runs")));
}

function finding({ file, line, column, message, rule, severity, help }) {
  return el("div", { class: `finding ${severity}` },
    el("code", {}, `${file}:${line}:${column}`),
    el("p", {}, message, " ", el("span", { class: "faint" }, `[${rule}]`)),
    help ? el("p", { class: "faint" }, help) : null);
}

async function reload() {
  await attempt(() => post("/api/reload"), ({ added, changed, removed, broken }) => {
    const counts = { added, changed, removed, broken };
    const told = Object.entries(counts).filter(([, list]) => list.length);
    return told.length ? told.map(([name, list]) => `${list.length} ${name}`).join(", ") : "Nothing has changed.";
  });
  document.dispatchEvent(new Event("beeflow:changed"));
}

async function run(recipe) {
  const inputs = await askInputs(recipe);
  if (!inputs) return;
  const entered = await attempt(
    () => post(`/api/recipes/${encodeURIComponent(recipe.id)}/run`, { inputs }), "Started.");
  if (entered?.runs.length) location.hash = `#/runs/${encodeURIComponent(entered.runs[0])}`;
}
