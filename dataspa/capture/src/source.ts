import { z } from "zod";

/** What `dataspa.yaml` says of one source. */
const selector = z.string().min(1).describe("a CSS selector, with `@name` behind it for an attribute: `a@href`");

/** Where in a JSON document something is: keys joined by dots. */
const path = z.string().min(1);

const common = {
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "is made of a-z, 0-9 and -, 40 at most"),
  url: z.url({ protocol: /^https?$/ }),
  /** Of times without an offset, and of the nights. */
  timeZone: z.string().default("Europe/Berlin"),
  /** When it is captured: cron. */
  schedule: z.string().default("0 3 * * *"),
  /** Private and loopback addresses are refused otherwise, so that no configuration or redirect reaches into the own network. */
  allowPrivateAddresses: z.boolean().default(false),
  /** Pages of one listing that are followed. */
  maxPages: z.int().min(1).max(1000).default(50),
  /** Bytes of one page. */
  maxBytes: z
    .int()
    .min(1024)
    .default(8 * 1024 * 1024),
  /** Where a listing does not say it. */
  venue: z.string().optional(),
};

export const Source = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("json-ld"), ...common }),
  z.strictObject({
    kind: z.literal("html"),
    ...common,
    selectors: z.strictObject({
      item: selector,
      name: selector,
      start: selector,
      end: selector.optional(),
      id: selector.optional(),
      url: selector.optional(),
      venue: selector.optional(),
      address: selector.optional(),
      description: selector.optional(),
      next: selector.optional(),
    }),
    /** How its dates are written, of `yyyy MM dd HH mm`; anything else stands for itself. By default ISO 8601. */
    dateFormat: z.string().optional(),
  }),
  z.strictObject({ kind: z.literal("ical"), ...common, daysAhead: z.int().min(1).max(730).default(90) }),
  z.strictObject({ kind: z.literal("feed"), ...common, venueFrom: z.enum(["category", "none"]).default("none") }),
  z.strictObject({
    kind: z.literal("json"),
    ...common,
    items: path,
    next: path.optional(),
    fields: z.strictObject({
      name: path,
      start: path,
      id: path.optional(),
      end: path.optional(),
      url: path.optional(),
      venue: path.optional(),
      address: path.optional(),
      latitude: path.optional(),
      longitude: path.optional(),
      description: path.optional(),
    }),
  }),
]);
export type Source = z.infer<typeof Source>;
