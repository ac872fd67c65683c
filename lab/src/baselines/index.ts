import { heapUsedAbove80 } from "./heap-used-above-80.ts";
import { jmcLiveSet } from "./jmc-live-set.ts";
import { linearHeapUsed } from "./linear-heap-used.ts";
import { mannKendall } from "./mann-kendall.ts";
import { threeRisingHistograms } from "./three-rising-histograms.ts";

export type { Alarm } from "./baseline.ts";
export const BASELINES = [heapUsedAbove80, linearHeapUsed, mannKendall, jmcLiveSet, threeRisingHistograms] as const;
