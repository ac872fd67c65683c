import { formatBytes } from "@heaptide/base";
import type { ThinnedLife } from "@heaptide/model";
import type { Colours } from "../palette.ts";
import { tickLabel, timeTicks, valueTicks } from "../ticks.ts";
import type { Window } from "../viewport.ts";
import { type Flag, placeOf, type Tide, topOf } from "./tide.ts";

/** Of the canvas, in CSS pixels. The picture lies between the flags above and the axis below. */
interface Size {
  readonly width: number;
  readonly height: number;
}
const FLAGS = 34;
const AXIS = 22;
const COLLECTIONS = 16;

interface Scale {
  readonly x: (at: number) => number;
  readonly y: (value: number) => number;
  readonly bottom: number;
  readonly top: number;
}

function scaleOf(tide: Tide, { from, to }: Window, { width, height }: Size): Scale {
  const bottom = height - AXIS - COLLECTIONS;
  const highest = topOf(tide);
  return {
    x: (at) => ((at - from) / (to - from)) * width,
    y: (value) => bottom - (value / highest) * (bottom - FLAGS),
    bottom,
    top: FLAGS,
  };
}

/**
 * Draws the whole picture. Points outside of the window cost nothing but the search for its ends; inside there are at most twice as many as pixels, for
 * the server thins, so that a frame takes about a millisecond however long the series is.
 */
export function drawTide(context: CanvasRenderingContext2D, tide: Tide, window: Window, size: Size, colours: Colours): void {
  const scale = scaleOf(tide, window, size);
  context.clearRect(0, 0, size.width, size.height);
  drawShades(context, tide, scale, size, colours);
  drawAxes(context, tide, window, scale, size, colours);
  context.save();
  context.beginPath();
  context.rect(0, scale.top - 2, size.width, size.height - AXIS - scale.top + 2);
  context.clip();
  for (const life of tide.surf) drawSurf(context, life, window, scale, colours);
  drawProjection(context, tide, scale, size, colours);
  drawLimit(context, tide, scale, size, colours);
  for (const life of tide.tide) drawLine(context, life, window, scale, colours.tide, 2.4);
  for (const life of tide.collections) drawCollections(context, life, window, scale, size, colours);
  drawLooks(context, tide, window, scale, colours);
  context.restore();
  drawFlags(context, tide.flags, scale, size, colours);
}

/** The points of a life that are seen, with one beyond each end so that lines leave the picture. */
function seen({ at }: ThinnedLife, { from, to }: Window): readonly [start: number, end: number] {
  return [Math.max(0, placeOf(at, from) - 1), Math.min(at.length, placeOf(at, to) + 1)];
}

/** From so many points a pixel on, the surf is drawn as columns: a line would cross each pixel many times, which costs a software renderer dearly. */
const DENSE = 0.5;

function drawSurf(context: CanvasRenderingContext2D, life: ThinnedLife, window: Window, scale: Scale, colours: Colours): void {
  const [start, end] = seen(life, window);
  if (end - start < 2) return;
  const { x } = scale;
  if (end - start > (x(life.at[end - 1]!) - x(life.at[start]!)) * DENSE) drawSurfColumns(context, life, start, end, scale, colours);
  else drawSurfLine(context, life, start, end, scale, colours);
}

/** Of each pixel the lowest and the highest value. */
function drawSurfColumns(
  context: CanvasRenderingContext2D,
  life: ThinnedLife,
  start: number,
  end: number,
  { x, y, bottom }: Scale,
  colours: Colours,
): void {
  context.fillStyle = colours.surf;
  let pixel = Math.floor(x(life.at[start]!));
  let [low, high] = [Infinity, -Infinity];
  let before: number | null = null;
  const column = (): void => {
    // Down or up to where the last column ended, so that the surf stays one line.
    const [top, floor] = [y(Math.max(high, before ?? high)), y(Math.min(low, before ?? low))];
    context.fillRect(pixel, top, 1, Math.max(1, floor - top));
    context.globalAlpha = 0.13;
    context.fillRect(pixel, floor, 1, bottom - floor);
    context.globalAlpha = 1;
  };
  for (let i = start; i < end; i++) {
    const place = Math.floor(x(life.at[i]!));
    if (place !== pixel) {
      column();
      before = life.last[i - 1]!;
      pixel = place;
      [low, high] = [Infinity, -Infinity];
    }
    low = Math.min(low, life.min[i]!);
    high = Math.max(high, life.max[i]!);
  }
  column();
}

function drawSurfLine(
  context: CanvasRenderingContext2D,
  life: ThinnedLife,
  start: number,
  end: number,
  { x, y, bottom }: Scale,
  colours: Colours,
): void {
  context.beginPath();
  context.moveTo(x(life.at[start]!), y(life.last[start]!));
  // Within a stretch the extremes were both there: the line visits them, so that no peak is lost however far it is zoomed out.
  for (let i = start; i < end; i++) {
    const [place, low, high] = [x(life.at[i]!), life.min[i]!, life.max[i]!];
    if (high > low) {
      context.lineTo(place, y(high));
      context.lineTo(place, y(low));
    }
    context.lineTo(place, y(life.last[i]!));
  }
  context.strokeStyle = colours.surf;
  context.lineWidth = 1;
  context.lineJoin = "round";
  context.stroke();
  context.lineTo(x(life.at[end - 1]!), bottom);
  context.lineTo(x(life.at[start]!), bottom);
  context.globalAlpha = 0.13;
  context.fillStyle = colours.surf;
  context.fill();
  context.globalAlpha = 1;
}

function drawLine(
  context: CanvasRenderingContext2D,
  life: ThinnedLife,
  window: Window,
  { x, y }: Scale,
  colour: string,
  width: number,
): void {
  const [start, end] = seen(life, window);
  if (end - start < 1) return;
  context.beginPath();
  for (let i = start; i < end; i++) context.lineTo(x(life.at[i]!), y(life.last[i]!));
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.lineJoin = "round";
  context.lineCap = "round";
  context.stroke();
}

/** The share of time that collections took, as bars on the floor: full height is a tenth of the time or more. */
function drawCollections(
  context: CanvasRenderingContext2D,
  life: ThinnedLife,
  window: Window,
  { x }: Scale,
  size: Size,
  colours: Colours,
): void {
  const [start, end] = seen(life, window);
  const floor = size.height - AXIS;
  context.fillStyle = colours["ink-3"];
  for (let i = Math.max(1, start); i < end; i++) {
    const [from, to] = [life.at[i - 1]!, life.at[i]!];
    const share = (life.last[i]! - life.last[i - 1]!) / Math.max(1, to - from);
    if (share <= 0) continue;
    const height = Math.max(1, Math.min(1, share * 10) * (COLLECTIONS - 3));
    context.fillRect(x(from), floor - height, Math.max(1, x(to) - x(from) - 0.5), height);
  }
}

/** Our own looks are no secret: a dot under the floor for each pause that they caused. */
function drawLooks(context: CanvasRenderingContext2D, { looks }: Tide, { from, to }: Window, { x, bottom }: Scale, colours: Colours): void {
  context.fillStyle = colours.accent;
  for (const { at } of looks) {
    if (at < from || at > to) continue;
    context.fillRect(x(at) - 0.75, bottom + 1, 1.5, 3);
  }
}

function drawLimit(context: CanvasRenderingContext2D, { limit }: Tide, { y, top }: Scale, size: Size, colours: Colours): void {
  if (limit === null || y(limit) < top - 2) return;
  context.fillStyle = colours.leaking;
  context.fillRect(0, Math.round(y(limit)), size.width, 1);
}

/** From the last live set to where its slope reaches the limit, at the earliest and at the latest. */
function drawProjection(
  context: CanvasRenderingContext2D,
  { projection, limit }: Tide,
  { x, y }: Scale,
  size: Size,
  colours: Colours,
): void {
  if (projection === null || limit === null) return;
  const { at, value, low, high } = projection;
  context.beginPath();
  context.moveTo(x(at), y(value));
  context.lineTo(x(at + low), y(limit));
  context.lineTo(Math.min(x(at + high), size.width * 40), y(limit));
  context.closePath();
  context.globalAlpha = 0.14;
  context.fillStyle = colours.leaking;
  context.fill();
  context.globalAlpha = 1;
}

function drawShades(context: CanvasRenderingContext2D, { shades }: Tide, { x, top }: Scale, size: Size, colours: Colours): void {
  for (const { kind, from, to } of shades) {
    const [left, right] = [Math.max(0, x(from)), Math.min(size.width, x(to))];
    if (right <= left) continue;
    context.globalAlpha = kind === "incident" ? 0.055 : 0.14;
    context.fillStyle = kind === "incident" ? colours.leaking : colours.growing;
    context.fillRect(left, top, right - left, size.height - AXIS - top);
    context.globalAlpha = 1;
    context.fillRect(left, size.height - AXIS - 2, right - left, kind === "incident" ? 2 : 0);
  }
}

function drawAxes(
  context: CanvasRenderingContext2D,
  tide: Tide,
  { from, to }: Window,
  { x, y, top, bottom }: Scale,
  size: Size,
  colours: Colours,
): void {
  context.font = `11px ${colours.font}`;
  context.textBaseline = "middle";
  const { at, step } = timeTicks(from, to, Math.max(2, Math.floor(size.width / 90)));
  for (const time of at) {
    context.fillStyle = colours["line-soft"];
    context.fillRect(Math.round(x(time)), top, 1, size.height - AXIS - top);
    const label = tickLabel(time, step);
    const place = x(time) - context.measureText(label).width / 2;
    context.fillStyle = colours["ink-3"];
    if (place > 0 && place + 40 < size.width) context.fillText(label, place, size.height - AXIS / 2 + 1);
  }
  context.fillStyle = colours.line;
  context.fillRect(0, bottom, size.width, 1);
  for (const value of valueTicks(topOf(tide), 4, true)) {
    context.fillStyle = colours["line-soft"];
    context.fillRect(0, Math.round(y(value)), size.width, 1);
    context.fillStyle = colours["ink-3"];
    context.fillText(formatBytes(value), 4, y(value) - 7);
  }
}

/** Changes stand above the picture on two rows, where the text before leaves room; their lines go through it. */
function drawFlags(context: CanvasRenderingContext2D, flags: readonly Flag[], { x }: Scale, size: Size, colours: Colours): void {
  const freeFrom = [-Infinity, -Infinity];
  context.textBaseline = "middle";
  for (const { at, text, isCause } of flags) {
    const place = x(at);
    if (place < -400 || place > size.width + 4) continue;
    context.strokeStyle = colours.change;
    context.lineWidth = isCause ? 1.6 : 1;
    context.globalAlpha = isCause ? 1 : 0.6;
    context.setLineDash([3, 3]);
    context.beginPath();
    context.moveTo(place, 4);
    context.lineTo(place, size.height - AXIS);
    context.stroke();
    context.setLineDash([]);
    context.globalAlpha = 1;
    const row = freeFrom.findIndex((from) => place >= from);
    if (row < 0) continue;
    const left = Math.max(place + 5, 2);
    context.font = `${isCause ? 600 : 400} 11px ${colours.font}`;
    const width = context.measureText(text).width;
    if (left + width > size.width) continue;
    context.fillStyle = colours.surface;
    context.fillRect(left - 2, 3 + row * 14, width + 4, 13);
    context.fillStyle = colours.change;
    context.fillText(text, left, 9 + row * 14);
    freeFrom[row] = left + width + 12;
  }
}
