/** What `GET /alerts` answers, as far as it is shown. Durations are milliseconds, times ISO 8601. */
export interface Alerts {
  readonly alarms: readonly {
    key: string;
    state: string;
    severity: string;
    title: string;
    text: string;
    since: string;
    silencedBy: string | null;
  }[];
  readonly rules: readonly Rule[];
  readonly silences: readonly {
    id: string;
    from: string;
    to: string;
    matchers: Readonly<Record<string, string>>;
    by: string;
    comment: string;
  }[];
  readonly channels: readonly { name: string; kind: string; target: string }[];
  readonly deliveries: readonly {
    id: string;
    channel: string;
    event: string;
    title: string;
    createdAt: string;
    state: string;
    attempts: number;
    problem: string | null;
  }[];
}
export interface Rule {
  readonly id: string;
  readonly name: string;
  readonly when: string;
  readonly enabled: boolean;
  readonly severity: string;
  readonly within: number | null;
  readonly for: number;
  readonly channels: readonly string[] | null;
}
