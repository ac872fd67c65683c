import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SeverityNumber } from "@opentelemetry/api-logs";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Heaptide, serveHeaptide } from "../serve.ts";
import { Peer, programAt, skipReason, until } from "./peer.ts";

let heaptide: Heaptide;
beforeEach(async () => {
  heaptide = await serveHeaptide({ targets: [], dataDirectory: null, port: 0 });
});
afterEach(() => heaptide.close());

const patterns = async () => heaptide.store.patterns({ from: 0, to: Number.MAX_SAFE_INTEGER });

const rsyslogd = programAt("rsyslogd");
describe.skipIf(rsyslogd === null)(`rsyslog with omelasticsearch${skipReason("rsyslogd")}`, () => {
  it("ships a log file to the _bulk receiver, each line once", async () => {
    await using peer = new Peer("rsyslog");
    const log = join(peer.folder, "taskmanager.log");
    writeFileSync(log, "");
    const config = join(peer.folder, "rsyslog.conf");
    writeFileSync(
      config,
      `global(workDirectory="${peer.folder}")
module(load="imfile" mode="polling" pollingInterval="1")
module(load="omelasticsearch")
template(name="line" type="list" option.jsonf="on") {
  property(outname="message" name="msg" format="jsonf")
  property(outname="host" name="hostname" format="jsonf")
  constant(outname="service" value="flink" format="jsonf")
}
input(type="imfile" File="${log}" Tag="flink")
action(type="omelasticsearch" server="127.0.0.1" serverport="${new URL(heaptide.url).port}" template="line" searchIndex="logs" searchType="" bulkmode="on"
  action.resumeRetryCount="-1" action.resumeInterval="1")
`,
    );
    peer.start(rsyslogd!, ["-n", "-f", config, "-i", join(peer.folder, "pid")]);
    appendFileSync(log, "2026-11-23 12:00:00,000 WARN  org.example.Job [] - You are creating too many Client instances: 65\n".repeat(100));
    const seen = await until("lines", async () => {
      const all = await patterns();
      const counted = await heaptide.store.patternCounts({ from: 0, to: Number.MAX_SAFE_INTEGER });
      const lines = all.reduce((sum, one) => sum + one.seen.length, 0) + counted.reduce((sum, one) => sum + one.lines, 0);
      return lines >= 100 && { all, lines };
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${peer.output.join("")}`);
    });
    expect(seen.lines).toBe(100);
    expect(seen.all).toMatchObject([
      { level: "warn", pattern: "You are creating too many Client instances: <*>", logger: "org.example.Job" },
    ]);
  });
});

describe("OpenTelemetry's exporter of logs", () => {
  it("sends protobuf that is understood", async () => {
    const exporter = new OTLPLogExporter({ url: `${heaptide.url}/v1/logs` });
    const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
    const logger = provider.getLogger("org.example.Job");
    const attributes = { "exception.type": "java.io.IOException", "host.name": "node-1" };
    logger.emit({ severityNumber: SeverityNumber.ERROR, body: "Call 17 failed", attributes });
    logger.emit({ severityNumber: SeverityNumber.ERROR, body: "Call 18 failed", attributes });
    await provider.forceFlush();
    await until("both records", async () => (await patterns())[0]?.seen.length === 2);
    expect(await patterns()).toMatchObject([
      { pattern: "Call <*> failed", level: "error", logger: "org.example.Job", throwable: "java.io.IOException" },
    ]);
    await provider.shutdown();
  });
});
