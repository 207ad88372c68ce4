// Asking the daemon. Every answer is JSON; a refusal becomes an error with its code and detail.

export class Refused extends Error {
  constructor(status, { error, detail }) {
    super(detail ?? `refused: ${error}`);
    this.status = status;
    this.code = error;
  }
}

export async function get(path, parameters = {}) {
  const wanted = Object.entries(parameters).filter(([, value]) => value);
  const query = new URLSearchParams(wanted).toString();
  return ask(query ? `${path}?${query}` : path, {});
}

export async function post(path, body = {}) {
  return ask(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Refused(0, { error: "unreachable", detail: "The daemon does not answer." });
  }
  const data = await answer.json().catch(() => ({ error: answer.statusText }));
  if (answer.ok) return data;
  if (answer.status === 401 && data.error === "unauthorized") location.replace("/login");
  throw new Refused(answer.status, data);
}
