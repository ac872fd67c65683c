// @ts-check
import { act, isMarked, toggle } from "./actions.js";
import { byId, getJson, h } from "./elements.js";
import { drawMap } from "./map.js";

const DAYS = 14;
const state = { q: "", day: "", sort: "start", show: "all", page: 1, total: 0, /** @type {any[]} */ events: [] };
const format = (/** @type {Intl.DateTimeFormatOptions} */ options) => new Intl.DateTimeFormat("en-GB", options);
const weekday = format({ weekday: "short" });
const dayMonth = format({ day: "numeric", month: "short" });
const clock = format({ hour: "2-digit", minute: "2-digit" });

/** @param {boolean} more */
async function load(more) {
  state.page = more ? state.page + 1 : 1;
  const query = new URLSearchParams({
    q: state.q,
    sort: state.sort,
    page: String(state.page),
    limit: "100",
    ...(state.day && { day: state.day }),
  });
  try {
    const { total, events } = await getJson(`/api/events?${query}`);
    state.total = total;
    state.events = more ? [...state.events, ...events] : events;
    show();
  } catch (error) {
    byId("note").textContent = `The events could not be loaded: ${String(error)}. It is tried again in a few seconds.`;
    setTimeout(() => void load(false), 5000);
  }
}

function show() {
  /** @type {any[]} */
  const kept = state.events.filter(({ id }) =>
    state.show === "all" ? !isMarked("hide", id) : isMarked(state.show === "saved" ? "save" : "went", id),
  );
  const hidden = state.show === "all" ? state.events.length - kept.length : 0;
  byId("note").textContent = `${state.total.toLocaleString("en")} events${hidden > 0 ? `, ${hidden} hidden by you` : ""}`;
  byId("events").replaceChildren(...(kept.length > 0 ? kept.map(card) : [h("li", { class: "empty" }, nothing())]));
  byId("more").hidden = state.events.length >= state.total;
  drawMap(byId("map"), kept, (ids) => highlight(ids, true));
}

function nothing() {
  if (state.show !== "all") return "Nothing here yet: mark events with the buttons beside them.";
  if (state.q || state.day) return "Nothing found. Try other words or another day.";
  return "No events yet. They appear after the first capture, some seconds after the platform has started.";
}

/** @param {any} event */
function card(event) {
  const start = new Date(event.start);
  const name = event.url ? h("a", { href: event.url, target: "_blank", rel: "noopener noreferrer" }, event.name) : event.name;
  const place = [event.venue, event.address].filter(Boolean).join(" · ") || "Venue not announced";
  const item = h(
    "li",
    { class: "event", "data-id": event.id },
    h("div", { class: "when" }, weekday.format(start), h("b", {}, clock.format(start)), dayMonth.format(start)),
    h("div", {}, h("h3", {}, name), h("p", {}, place), event.description ? h("p", { class: "text" }, event.description) : undefined),
    h("div", { class: "tools" }, button("save", "Save", event.id), button("went", "I went", event.id), button("hide", "Hide", event.id)),
  );
  item.addEventListener("mouseenter", () => highlight([event.id], false));
  item.querySelector("a")?.addEventListener("click", () => act("view", event.id));
  return item;
}

/** @param {string} type @param {string} label @param {string} id */
function button(type, label, id) {
  const element = h("button", { "aria-pressed": String(isMarked(type, id)) }, label);
  element.addEventListener("click", () => {
    element.setAttribute("aria-pressed", String(toggle(type, id)));
    if (type === "hide" || state.show !== "all") show();
  });
  return element;
}

/** @param {string[]} ids @param {boolean} scroll */
function highlight(ids, scroll) {
  for (const element of document.querySelectorAll(".near")) element.classList.remove("near");
  for (const circle of /** @type {NodeListOf<SVGElement>} */ (document.querySelectorAll("circle.venue"))) {
    if (circle.dataset.ids?.split(" ").some((id) => ids.includes(id))) circle.classList.add("near");
  }
  const cards = [...document.querySelectorAll(".event")].filter((element) =>
    ids.includes(/** @type {HTMLElement} */ (element).dataset.id ?? ""),
  );
  for (const element of cards) element.classList.add("near");
  if (scroll) cards[0]?.scrollIntoView({ block: "center", behavior: "smooth" });
}

function drawDays() {
  const days = Array.from({ length: DAYS }, (_, index) => new Date(Date.now() + index * 86_400_000));
  const all = h("button", { "aria-pressed": String(state.day === "") }, h("b", {}, "All"), "days");
  all.addEventListener("click", () => choose(""));
  const buttons = days.map((date) => {
    const day = new Intl.DateTimeFormat("sv-SE").format(date);
    const element = h("button", { "aria-pressed": String(state.day === day) }, h("b", {}, weekday.format(date)), dayMonth.format(date));
    element.addEventListener("click", () => choose(day));
    return element;
  });
  byId("days").replaceChildren(all, ...buttons);
}

/** @param {string} day */
function choose(day) {
  state.day = day;
  drawDays();
  void load(false);
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let typing;
byId("q").addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => {
    state.q = byId("q").value;
    void load(false);
  }, 200);
});
byId("sort").addEventListener("change", () => {
  state.sort = byId("sort").value;
  void load(false);
});
byId("show").addEventListener("change", () => {
  state.show = byId("show").value;
  show();
});
byId("more").addEventListener("click", () => void load(true));
drawDays();
void load(false);
