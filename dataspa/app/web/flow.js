// @ts-check
import { byId, getJson, h } from "./elements.js";

const NIGHTS = 60;
const KIND = {
  "source-down": "source down",
  refused: "refused",
  "layout-changed": "layout changed",
  "not-captured": "not captured",
  "not-processed": "not processed",
};
const number = (/** @type {number} */ value) => value.toLocaleString("en");
const seconds = (/** @type {number | null | undefined} */ ms) =>
  ms == null ? "–" : ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
const percent = (/** @type {number} */ part, /** @type {number} */ whole) => (whole === 0 ? "–" : `${((100 * part) / whole).toFixed(0)} %`);

async function load() {
  try {
    const { nights, gaps, rejections } = await getJson("/api/flow");
    byId("note").textContent =
      nights.length === 0
        ? "Nothing was captured yet: the first capture follows some seconds after the start."
        : "Captured = processed + duplicates + rejected. What is missing from it is still under way, or a gap.";
    figures(nights, gaps);
    gapList(gaps);
    board(nights, gaps);
    quality(nights);
    refused(rejections);
  } catch (error) {
    byId("note").textContent = `The data flow could not be loaded: ${String(error)}`;
  }
}

/** @param {any[]} nights @param {any[]} gaps */
function figures(nights, gaps) {
  const sum = (/** @type {string} */ key) => nights.reduce((total, night) => total + night[key], 0);
  const open = gaps.filter(({ to }) => to === null).length;
  const rows = [
    ["captured", number(sum("captured"))],
    ["new or changed", number(sum("processed"))],
    ["duplicates", number(sum("duplicates"))],
    ["rejected", number(sum("rejected"))],
    ["under way", number(sum("missing"))],
    ["venues found", percent(sum("found"), sum("incomplete"))],
    ["gaps now", number(open), open > 0 ? "bad" : ""],
  ];
  byId("figures").replaceChildren(
    ...rows.map(([label, value, tone]) => h("div", { class: `figure ${tone ?? ""}` }, h("b", {}, value), label)),
  );
}

/** @param {any[]} gaps */
function gapList(gaps) {
  const latest = gaps.toSorted((a, b) => (a.from < b.from ? 1 : -1)).slice(0, 12);
  const items = latest.map((gap) =>
    h(
      "div",
      { class: "gap" },
      h(
        "span",
        { class: `chip ${gap.to === null ? "" : "over"}` },
        `${gap.to === null ? "! " : ""}${KIND[/** @type {keyof typeof KIND} */ (gap.kind)]}`,
      ),
      h("b", {}, gap.title),
      h("time", {}, gap.to === null ? "lasts" : "over"),
      h("p", {}, gap.reason),
    ),
  );
  byId("gaps").replaceChildren(
    ...(items.length > 0 ? items : [h("span", { class: "chip good" }, "✓ none: every source came as expected")]),
  );
}

/** @param {any[]} nights @param {any[]} gaps */
function board(nights, gaps) {
  // Nights come in their order.
  const columns = [...new Set(nights.map(({ night }) => night))].slice(-NIGHTS);
  const rows = [...Map.groupBy(nights, ({ source }) => source)].map(([source, own]) => {
    const byNight = new Map(own.map((night) => [night.night, night]));
    return h("tr", {}, h("th", { scope: "row" }, source), ...columns.map((night) => cell(source, night, byNight.get(night), gaps)));
  });
  byId("board").replaceChildren(h("table", {}, ...rows));
}

/** @param {string} source @param {string} night @param {any} seen @param {any[]} gaps */
function cell(source, night, seen, gaps) {
  const gap = gaps.find(
    (one) =>
      one.nights.includes(night) &&
      (one.source === source || (one.source === null && (seen?.missing > 0 || one.to !== null) && seen?.captured > 0)),
  );
  if (gap) return h("td", { class: "gap-cell", title: `${night} ${source}: ${gap.title}; ${gap.reason}` }, "!");
  if (!seen) return h("td", { class: "none", title: `${night} ${source}: nothing` });
  const told = `${night} ${source}: ${seen.listed} listed, ${seen.captured} captured, ${seen.processed} new or changed, ${seen.duplicates} duplicates, ${seen.rejected} rejected`;
  return seen.processed > 0 ? h("td", { class: "ok", title: told }) : h("td", { class: "quiet", title: `${told}: nothing new` }, "–");
}

/** @param {any[]} nights */
function quality(nights) {
  const head = ["source", "captured", "new or changed", "duplicates", "rejected", "under way", "venues found", "to the job", "end to end"];
  const rows = [...Map.groupBy(nights, ({ source }) => source)].map(([source, own]) => {
    const sum = (/** @type {string} */ key) => own.reduce((total, night) => total + night[key], 0);
    const last = own.at(-1);
    return [
      source,
      ...["captured", "processed", "duplicates", "rejected", "missing"].map((key) => number(sum(key))),
      percent(sum("found"), sum("incomplete")),
      seconds(last.delay),
      seconds(last.endToEnd),
    ];
  });
  byId("quality").replaceChildren(table(head, rows));
}

/** @param {any[]} rejections */
function refused(rejections) {
  byId("rejections").replaceChildren(
    rejections.length === 0
      ? h("p", { class: "note" }, "Nothing was refused.")
      : table(
          ["source", "reason", "events"],
          rejections.slice(0, 20).map(({ source, reason, count }) => [source, reason, number(count)]),
        ),
  );
}

/** @param {string[]} head @param {string[][]} rows */
function table(head, rows) {
  return h(
    "table",
    { class: "plain" },
    h("tr", {}, ...head.map((text) => h("th", {}, text))),
    ...rows.map((row) => h("tr", {}, ...row.map((text) => h("td", {}, text)))),
  );
}

void load();
setInterval(() => void load(), 5000);
