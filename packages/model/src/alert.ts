import { z } from "zod";
import { Severity } from "./incident.ts";

/**
 * Alarms: rules turn what is the case into alarms, alarms into notifications, and notifications are delivered by channels, at least once.
 * Durations are milliseconds; times are UTC ISO 8601.
 */
const time = z.iso.datetime();
const duration = z.number().nonnegative();

/** What a rule looks at. */
export const ALERT_CONDITIONS = ["leaking", "growing", "exhaustion", "process-lost", "gap", "probe-blind"] as const;
export const AlertCondition = z.enum(ALERT_CONDITIONS);
export type AlertCondition = z.infer<typeof AlertCondition>;

export const AlertRule = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  when: AlertCondition,
  enabled: z.boolean(),
  severity: Severity,
  /** For `exhaustion`: the lower end of the time left is less than this. */
  within: duration.nullable(),
  /** It must have held so long before the alarm is raised ... */
  for: duration,
  /** ... and must not have held for so long before it is called off: hysteresis, so that a flapping condition is one alarm. */
  keep: duration,
  /** Said again after so long while it lasts and nobody has acknowledged it; null: once. */
  repeat: duration.nullable(),
  /** Not acknowledged for so long: the channels of `escalateTo` are told too; null: never. */
  escalateAfter: duration.nullable(),
  escalateTo: z.array(z.string()),
  /** Names of channels; null: all of them. */
  channels: z.array(z.string()).nullable(),
});
export type AlertRule = z.infer<typeof AlertRule>;

export const ALARM_STATES = ["pending", "firing", "resolved"] as const;

/** A rule that holds for one subject. `key` is rule and subject: stable over restarts. */
export const Alarm = z.object({
  key: z.string().min(1),
  rule: z.string(),
  /** `pending`: it holds, but not for long enough yet. */
  state: z.enum(ALARM_STATES),
  severity: Severity,
  title: z.string(),
  text: z.string(),
  labels: z.record(z.string(), z.string()),
  incident: z.string().nullable(),
  /** Since when it holds. */
  since: time,
  firedAt: time.nullable(),
  /** When it was last seen to hold. */
  lastSeen: time,
  resolvedAt: time.nullable(),
  silencedBy: z.string().nullable(),
  /** When it was last said; null: not yet. */
  notifiedAt: time.nullable(),
  escalatedAt: time.nullable(),
  acknowledged: z.boolean(),
});
export type Alarm = z.infer<typeof Alarm>;

/** No notification for alarms whose labels have all these values, while it lasts. `*` in a value stands for any text. */
export const Silence = z.object({
  id: z.string().min(1),
  from: time,
  to: time,
  matchers: z.record(z.string().min(1).max(100), z.string().max(500)),
  by: z.string().max(200),
  comment: z.string().max(2000),
});
export type Silence = z.infer<typeof Silence>;

export const DELIVERY_STATES = ["waiting", "delivered", "dead"] as const;

/** One notification on its way through one channel. `dead`: given up, for a person to look at. */
export const Delivery = z.object({
  id: z.string().min(1),
  channel: z.string(),
  event: z.enum(["firing", "resolved", "escalated", "test"]),
  title: z.string(),
  alarms: z.array(z.string()),
  createdAt: time,
  state: z.enum(DELIVERY_STATES),
  attempts: z.number().int().nonnegative(),
  nextAttempt: time.nullable(),
  deliveredAt: time.nullable(),
  /** Of the last attempt; never holds a secret of the channel. */
  problem: z.string().nullable(),
});
export type Delivery = z.infer<typeof Delivery>;

/** A channel as the API shows it: where it leads, without its secrets. */
export const ChannelShown = z.object({ name: z.string(), kind: z.string(), target: z.string() });
export type ChannelShown = z.infer<typeof ChannelShown>;
