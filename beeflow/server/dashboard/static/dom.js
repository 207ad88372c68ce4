// Making elements. Text always goes in as text: nothing from a payload is ever parsed as HTML.

export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "onclick" || name === "onsubmit" || name === "onchange") {
      element.addEventListener(name.slice(2), value);
    } else {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

export function badge(state) {
  return el("span", { class: `badge ${state}` }, state);
}

export function button(label, action, kind = "") {
  return el("button", { type: "button", class: kind, onclick: action }, label);
}

export function empty(title, hint) {
  return el("div", { class: "empty" }, el("p", {}, title), el("p", { class: "faint" }, hint));
}

export function facts(pairs) {
  const shown = pairs.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return el("dl", { class: "facts" }, shown.map(([name, value]) =>
    el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}

export function json(label, value, open = false) {
  if (value === null || value === undefined) return null;
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return el("details", { class: "json", open },
    el("summary", {}, el("span", {}, label), el("code", { class: "preview" }, preview(value))),
    el("pre", { tabindex: "0" }, text));
}

function preview(value) {
  return JSON.stringify(value).slice(0, 200);
}

// A table whose rows become cards on a narrow screen: each cell knows its column's name.
export function table(columns, rows) {
  return el("table", {},
    el("thead", {}, el("tr", {}, columns.map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, rows.map((cells) =>
      el("tr", {}, cells.map((cell, index) => el("td", { "data-column": columns[index] }, cell))))));
}

export function notice(text, kind = "good") {
  const element = el("p", { class: `notice ${kind}` }, text);
  document.getElementById("notices").append(element);
  setTimeout(() => element.remove(), kind === "bad" ? 12000 : 5000);
}

// Carry out what a button is for; say how it went.
export async function attempt(action, done) {
  try {
    const result = await action();
    if (done) notice(typeof done === "function" ? done(result) : done);
    return result;
  } catch (error) {
    notice(error.message, "bad");
    return null;
  }
}
