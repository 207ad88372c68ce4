// Dialogs: a recipe's inputs, and the answer to an unknown outcome.

import { button, el } from "/static/dom.js";

export function askInputs(recipe) {
  const fields = recipe.inputs.map(inputField);
  const hint = fields.length ? null : el("p", { class: "faint" }, "It takes no inputs. Its conditions still apply.");
  return ask(`Run ${recipe.name}`, [hint, ...fields.map(({ label }) => label)], "Run", () =>
    Object.fromEntries(fields.map((field) => field.read()).filter((pair) => pair)));
}

export function askResolution(paths) {
  const path = el("select", { name: "path" }, paths.map((one) => el("option", { value: one }, one)));
  const outcome = el("select", { name: "outcome" },
    el("option", { value: "succeeded" }, "It took effect"),
    el("option", { value: "failed" }, "It did not take effect"));
  const output = el("textarea", { name: "output", rows: "4", placeholder: '{"ok": true}' });
  const message = el("input", { name: "message" });
  return ask("What became of it?", [
    el("p", { class: "faint" }, "The call was sent, and no answer came back. Look where it would show, then say."),
    el("label", {}, "Call", path),
    el("label", {}, "Outcome", outcome),
    el("label", {}, "Its answer, as JSON (optional)", output),
    el("label", {}, "Note (optional)", message),
  ], "Go on", () => ({
    path: path.value,
    outcome: outcome.value,
    output: output.value.trim() ? parsed(output, output.value) : null,
    message: message.value,
  }));
}

// One input of a recipe: its label, and a function that returns its name and value, if any.
function inputField({ name, type, required, default: preset, options, description }) {
  const mustChoose = required && preset === null;
  const shape = { name, required: mustChoose };
  let control;
  if (type === "choice" || type === "boolean") {
    const values = type === "boolean" ? [true, false] : options;
    control = el("select", shape, el("option", { value: "" }, mustChoose ? "choose" : "default"), values.map((value) =>
      el("option", { value: JSON.stringify(value), selected: value === preset }, String(value))));
  } else {
    const kind = type === "secret" ? "password" : "text";
    const value = preset === null ? "" : typeof preset === "string" ? preset : JSON.stringify(preset);
    control = el("input", { ...shape, type: kind, value, autocomplete: "off" });
  }
  const read = () => (control.value === "" ? null : [name, typed(control, type)]);
  return { label: el("label", {}, `${name} (${type})`, control, description ? el("small", {}, description) : null), read };
}

function typed(control, type) {
  const asJson = ["choice", "boolean", "integer", "number", "list"];
  return asJson.includes(type) ? parsed(control, control.value) : control.value;
}

function parsed(control, text) {
  control.setCustomValidity("");
  try {
    return JSON.parse(text);
  } catch {
    control.setCustomValidity("Write this as JSON: 5, true, \"text\" or [1, 2].");
    throw new Error("not JSON");
  }
}

// Show a dialog; resolves with what `read` returns, or with null when it is closed.
function ask(title, content, label, read) {
  return new Promise((resolve) => {
    const dialog = el("dialog", { "aria-label": title });
    let answer = null;
    const form = el("form", { method: "dialog", onsubmit: (event) => {
      try {
        answer = read();
      } catch {
        event.preventDefault();
        form.reportValidity();
      }
    } },
    el("h2", {}, title), content,
    el("div", { class: "buttons" },
      button("Never mind", () => dialog.close(), "quiet"),
      el("button", { type: "submit", class: "primary" }, label)));
    form.addEventListener("input", (event) => event.target.setCustomValidity?.(""));
    dialog.append(form);
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
