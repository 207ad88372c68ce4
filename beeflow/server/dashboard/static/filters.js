// The filters above a list. They live in the address, so that a view can be kept and shared.

import { el } from "/static/dom.js";

export function choice(name, options) {
  return (value) => el("label", {}, name,
    el("select", { name },
      el("option", { value: "" }, "any"),
      options.map((option) => el("option", { value: option, selected: option === value }, option))));
}

export function text(name, placeholder) {
  return (value) => el("label", {}, name, el("input", { name, placeholder, value: value ?? "" }));
}

export function filters(section, query, fields) {
  const form = el("form", { class: "filters", role: "search" },
    fields.map((field) => {
      const label = field();
      const name = label.querySelector("[name]").name;
      return field(query.get(name));
    }));
  const go = () => {
    const wanted = [...new FormData(form)].filter(([, value]) => value.trim());
    const next = new URLSearchParams(wanted).toString();
    location.hash = next ? `#/${section}?${next}` : `#/${section}`;
  };
  form.addEventListener("change", go);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go();
  });
  if ([...query].length) form.append(el("a", { class: "clear", href: `#/${section}` }, "Clear"));
  return form;
}
