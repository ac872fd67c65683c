/** The tokens' colours as a canvas takes them: `light-dark()` is known to style sheets only. */
const NAMES = [
  "ground",
  "surface",
  "line",
  "line-soft",
  "ink",
  "ink-2",
  "ink-3",
  "accent",
  "tide",
  "surf",
  "leaking",
  "growing",
  "healthy",
  "change",
] as const;
export type Colours = Readonly<Record<(typeof NAMES)[number] | "font", string>>;

export function readColours(): Colours {
  const probe = document.createElement("span");
  document.body.append(probe);
  const colours = Object.fromEntries(
    NAMES.map((name) => {
      probe.style.color = `var(--${name})`;
      return [name, getComputedStyle(probe).color];
    }),
  );
  probe.remove();
  return { ...colours, font: getComputedStyle(document.body).fontFamily } as Colours;
}
