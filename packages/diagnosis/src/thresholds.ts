/**
 * Every constant of the diagnosis, with its origin.
 *
 * [fit] marks those chosen on recordings of real jobs (Flink 2.3, JDK 17, G1, 320 MiB of heap): they are a start, to be settled by more recordings.
 * Times are milliseconds, shares are of the limit or of the whole.
 */

/** What the first seconds of a job or a process show is loading, not leaking; the live set was steady after 20 s. [fit] */
export const WARM_UP = 20_000;
/** Two intervals are "constant" by chance: a trend needs five snapshots. With the warm-up, 45 s make a first finding possible in 70 s. [fit] */
export const LEAST_SAMPLES = 5;
export const LEAST_SPAN = 45_000;
/** A count of threads or descriptors takes longer, so that the heap, if it grows as well, speaks first: it says what they belong to. [fit] */
export const LEAST_SPAN_OF_COUNTED = 60_000;
/** Where a counted resource is measured densely anyway, its shape is known, and fewer snapshots name the classes that follow it. [fit] */
export const LEAST_SNAPSHOTS_OF_COUNTED = 3;
/** Theil-Sen costs the square of the length, and nothing is gained by more. */
export const MOST_SAMPLES = 120;
/** Each cut is a possible start of growth, and a possible end: of many, the first and the latest count. */
export const MOST_CUTS = 8;

/** Growth must exceed so many times the noise (scaled median absolute deviation): beyond four, chance is out of the question. */
export const NOISE_FACTOR = 4;
/** Growth below this share of the limit is not worth a word. [fit] */
export const GROWING_SHARE = 0.005;
/** A bounded collection that still fills looks like a leak in every statistic; beyond this share of the heap it is called one. [fit] */
export const LEAKING_SHARE = 0.05;
/** A list, a queue or a thread of its own is seldom a cache. [fit] */
export const LEAKING_SHARE_UNBOUNDED = 0.015;
/** State that expires looks like state that does not until the first of it has expired. [fit] */
export const LEAKING_SHARE_OF_STATE = 0.1;
/** What a checkpoint writes takes less room than the objects that it is made from. [fit] */
export const LEAST_SHARE_IN_CHECKPOINT = 0.1;
/** A collection made to be bounded (least recently used, cache libraries) is believed to be bounded for longer. [fit] */
export const LEAKING_SHARE_CACHE = 0.25;
/** Where no limit is known, growth is measured against the level itself. */
export const GROWING_SHARE_OF_LEVEL = 0.1;

/** A broken line must beat the straight one by so much BIC before growth counts as over. [fit] */
export const BEND_GAIN = 2;
/** The later part must climb at least this fraction as fast as the earlier one. */
export const LEAST_LATER_SLOPE = 0.5;
/** Residuals below this share of the range are rounding, not shape: they never decide between two lines. */
export const SHAPE_GRAIN = 0.002;

/** A rate that varies less than this (standard deviation over mean) cannot tell a load effect from growth. */
export const RATE_VARIES = 0.15;
/** Share of the level's variance that the input rate must explain to be its cause. */
export const LOAD_EXPLAINS = 0.8;

/** A driver fits a count if the residual stays within this share of the rise. */
export const LAW_MISFIT = 0.05;
/** Ratios this close to a whole are "one for each". */
export const RATIO_ONE = 0.05;
/** A counted resource (threads, descriptors, loaders) needs this many new units, and a law. */
export const LEAST_UNITS = 5;
/** Without an event that drives it, a count that merely rises with time needs more. [fit] */
export const LEAST_UNITS_BY_TIME = 20;

/** Two classes grow together if their curves, scaled to 1, never part by more. [fit] */
export const CURVE_DISTANCE = 0.03;
/** Arrays, strings and nodes are used by everything: they join the classes they grow with from further off. [fit] */
export const CONTAINER_DISTANCE = 0.1;
/** A count of few units follows any course by its grain alone: with fewer than this it joins only a group of few units itself. [fit] */
export const FEW_UNITS = 10;
/** A class that falls back by more than this share of its rise does not accumulate. [fit] */
export const MOST_FALLBACK = 0.1;
/** The group of the heap explains at least half of its slope ... */
export const GROUP_EXPLAINS = 0.5;
/** ... and a further group is a finding of its own from here. [fit] */
export const FURTHER_GROUP_EXPLAINS = 0.2;
/** Fewer samples of allocations than this are said to be few. */
export const FEW_SAMPLES = 5;

/** A task works within this time of its deployment: the lag granted between a change and the onset. [fit] */
export const ONSET_LAG = 30_000;
/** Flink refreshes its metrics every 10 s; a counter without a change for three times that stands still. */
export const COUNTER_IDLE = 30_000;
/** So late a reading may be: one refresh, and the poll that finds it. */
export const COUNTER_LAG = 13_000;

/** A heap gives out before the live set fills it: at 96 % of 96 MiB with G1, at 99.9 % of 320 MiB. [fit] */
export const HEAP_USABLE = 0.93;
/** No input is so steady that the rate of a leak is known better than this share for the time to come. [fit] */
export const LEAST_RATE_SPREAD = 0.05;

/** To prove a fix the old law must have predicted at least this many new units since. [fit] */
export const VERIFY_UNITS = 20;
/** After a fix the growth left may be at most this share of the old one. */
export const VERIFY_REST = 0.1;

/** Where a system states no limit for threads or descriptors, the usual defaults of Linux stand in when resources are compared. */
export const USUAL_THREADS = 32_768;
export const USUAL_DESCRIPTORS = 65_536;
/** Values that are not taken after a full collection carry garbage: they need more time and a larger share. [fit] */
export const WEAK_SPAN = 300_000;
export const WEAK_SHARE = 0.05;
