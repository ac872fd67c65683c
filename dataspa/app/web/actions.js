// @ts-check
/** What the user did, kept in this browser, and told to the platform: sent again, with the same id, until it is confirmed. */
const KEY = { user: "dataspa.user", marks: "dataspa.marks", unsent: "dataspa.unsent" };
const MOST_UNSENT = 500;

const user = localStorage.getItem(KEY.user) ?? crypto.randomUUID();
localStorage.setItem(KEY.user, user);
/** @type {Record<string, string[]>} event ids by kind of mark */
const marks = JSON.parse(localStorage.getItem(KEY.marks) ?? "{}");
/** @type {object[]} */
let unsent = JSON.parse(localStorage.getItem(KEY.unsent) ?? "[]");
let sending = false;

/** @param {string} type @param {string} event */
export const isMarked = (type, event) => (marks[type] ?? []).includes(event);

/** Marks or takes the mark away; only the first is an action that counts. @param {string} type @param {string} event */
export function toggle(type, event) {
  const on = !isMarked(type, event);
  marks[type] = on ? [...(marks[type] ?? []), event] : (marks[type] ?? []).filter((id) => id !== event);
  localStorage.setItem(KEY.marks, JSON.stringify(marks));
  if (on) act(type, event);
  return on;
}

/** @param {string} type @param {string} event */
export function act(type, event) {
  unsent = [...unsent, { id: crypto.randomUUID(), type, event, user }].slice(-MOST_UNSENT);
  localStorage.setItem(KEY.unsent, JSON.stringify(unsent));
  void send();
}

async function send() {
  if (sending || unsent.length === 0) return;
  sending = true;
  const batch = unsent.slice(0, 100);
  const answer = await fetch("/api/actions", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(batch),
  }).catch(() => undefined);
  sending = false;
  // What is refused as wrong will not become right.
  if (answer && (answer.status === 202 || answer.status === 400)) {
    unsent = unsent.slice(batch.length);
    localStorage.setItem(KEY.unsent, JSON.stringify(unsent));
    void send();
  }
}
setInterval(() => void send(), 5000);
void send();
