// @ts-check
import { h, svg } from "./elements.js";

const WIDTH = 400;
const HEIGHT = 360;
const METRES_PER_DEGREE = 111_195;

/**
 * The venues of the events shown, where they are: no tiles from elsewhere, so that nobody learns who looks at what. North is up; a circle's area is its number of events.
 *
 * @param {HTMLElement} panel
 * @param {{ id: string, venue: string | null, geo: { latitude: number, longitude: number } | null }[]} events
 * @param {(ids: string[]) => void} onPick
 */
export function drawMap(panel, events, onPick) {
  const placed = events.flatMap((event) => (event.geo ? [{ ...event, geo: event.geo }] : []));
  /** @type {any[][]} */
  const venues = [...Map.groupBy(placed, ({ geo }) => `${geo.latitude.toFixed(4)},${geo.longitude.toFixed(4)}`).values()];
  const title = h(
    "h2",
    {},
    `${venues.length} venues of ${events.length} events; ${events.length - placed.length} events without coordinates`,
  );
  if (venues.length === 0) return panel.replaceChildren(title, h("p", { class: "empty" }, "No venue of these events has coordinates yet."));
  const middle = { latitude: median(placed.map(({ geo }) => geo.latitude)), longitude: median(placed.map(({ geo }) => geo.longitude)) };
  const east = METRES_PER_DEGREE * Math.cos((middle.latitude * Math.PI) / 180);
  const metres = venues.map(([first]) => ({
    x: (first.geo.longitude - middle.longitude) * east,
    y: (first.geo.latitude - middle.latitude) * METRES_PER_DEGREE,
  }));
  // One that lies far out must not shrink the town to a dot.
  const reach = Math.max(
    500,
    percentile(
      metres.map(({ x, y }) => Math.hypot(x, y * 1.1)),
      0.97,
    ) * 1.15,
  );
  const scale = WIDTH / 2 / reach;
  const circles = venues.map((own, index) => {
    const circle = svg(
      "circle",
      {
        class: "venue",
        cx: WIDTH / 2 + (metres[index]?.x ?? 0) * scale,
        cy: HEIGHT / 2 - (metres[index]?.y ?? 0) * scale,
        r: Math.min(16, 4 + 2 * Math.sqrt(own.length)),
        tabindex: 0,
        role: "button",
      },
      svg("title", {}, `${own[0]?.venue}: ${own.length} events`),
    );
    circle.addEventListener("click", () => onPick(own.map(({ id }) => id)));
    circle.dataset.ids = own.map(({ id }) => id).join(" ");
    return circle;
  });
  const ring = niceLength(reach / 2);
  const rings = [1, 2].map((count) => svg("circle", { class: "ring", cx: WIDTH / 2, cy: HEIGHT / 2, r: ring * count * scale }));
  const label = svg("text", { x: WIDTH / 2 + 4, y: HEIGHT / 2 - ring * scale - 4 }, ring >= 1000 ? `${ring / 1000} km` : `${ring} m`);
  panel.replaceChildren(
    title,
    svg(
      "svg",
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": "Map of venues" },
      svg("path", { class: "grid", d: `M${WIDTH / 2} 0V${HEIGHT}M0 ${HEIGHT / 2}H${WIDTH}` }),
      ...rings,
      ...circles,
      // The scale is read over the venues that it lies on.
      svg("text", { x: WIDTH / 2 + 4, y: 13 }, "N"),
      label,
    ),
  );
}

/** @param {number[]} values */
const median = (values) => percentile(values, 0.5);
/** @param {number[]} values @param {number} share */
const percentile = (values, share) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;
/** 1, 2 or 5 of a power of ten, at most that long. @param {number} metres */
function niceLength(metres) {
  const power = 10 ** Math.floor(Math.log10(metres));
  return power * ([5, 2, 1].find((step) => step * power <= metres) ?? 1);
}
