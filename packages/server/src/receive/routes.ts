import {
  type BulkItem,
  originOf,
  readBulk,
  readLines,
  readLokiJson,
  readLokiProtobuf,
  readOtlpJson,
  readOtlpProtobuf,
  type ShippedRecord,
} from "@heaptide/logs";
import { HeaptideError, isHeaptideError } from "@heaptide/base";
import { type Context, Hono } from "hono";
import { Admission } from "./admission.ts";
import { MOST_SENT, readBody, unpackSnappy } from "./body.ts";
import type { LogIntake } from "./intake.ts";

/** The version that shippers are told: what decides is the form of `_bulk`, which has not changed since 7. */
const ELASTICSEARCH = {
  name: "heaptide",
  cluster_name: "heaptide",
  cluster_uuid: "heaptide",
  version: {
    number: "8.17.0",
    build_flavor: "default",
    minimum_wire_compatibility_version: "7.17.0",
    minimum_index_compatibility_version: "7.0.0",
  },
  tagline: "You Know, for Search",
};

/** What a chunked body of unknown size is taken to be. */
const UNKNOWN_SIZE = 1 << 20;
/** Text grows by about this when it is unpacked. */
const PACKED_FACTOR = 8;

/**
 * Where log shippers send to: Elasticsearch's `_bulk` (with what a shipper asks of a server before), Loki's push, OTLP by HTTP, and plain lines. Answers come after the
 * lines are on the disk.
 */
export function receiverRoutes(intake: Pick<LogIntake, "take">, admission = new Admission()): Hono {
  const app = new Hono();
  const taking = async (c: Context, read: (body: Buffer) => readonly ShippedRecord[]): Promise<void> => {
    const leave = admission.enter(sizeOf(c));
    try {
      await intake.take(parsed(read, await readBody(c.req.raw)));
    } finally {
      leave();
    }
  };

  for (const prefix of ["", "/elastic"]) {
    app.on(["POST", "PUT"], [`${prefix}/_bulk`, `${prefix}/:index/_bulk`], async (c) => {
      const began = performance.now();
      let items: BulkItem[] = [];
      await taking(c, (body) => {
        items = readBulk(body.toString("utf8"), c.req.param("index") ?? "logs");
        return items.flatMap(({ shipped }) => shipped ?? []);
      });
      c.header("x-elastic-product", "Elasticsearch");
      return c.json({
        took: Math.round(performance.now() - began),
        errors: items.some(({ problem }) => problem !== null),
        items: items.map(itemAnswer),
      });
    });
  }
  app.get("/elastic", handshake);
  app.get("/elastic/", handshake);
  app.get("/elastic/_license", (c) => c.json({ license: { status: "active", uid: "heaptide", type: "basic", mode: "basic" } }));
  app.get("/_cat/health", (c) => c.text("heaptide green\n"));
  app.get("/elastic/_cat/health", (c) => c.text("heaptide green\n"));
  // Templates, policies and pipelines: nothing is indexed here, so that whatever is set up is set up already.
  app.on(["GET", "PUT", "POST"], "/elastic/*", (c) => {
    c.header("x-elastic-product", "Elasticsearch");
    return c.json({ acknowledged: true });
  });

  app.post("/loki/api/v1/push", async (c) => {
    const isJson = c.req.header("content-type")?.includes("json") ?? false;
    await taking(c, (body) => (isJson ? readLokiJson(JSON.parse(body.toString("utf8"))) : readLokiProtobuf(unpackSnappy(body))));
    return c.body(null, 204);
  });

  app.post("/v1/logs", async (c) => {
    const isJson = c.req.header("content-type")?.includes("json") ?? false;
    await taking(c, (body) => (isJson ? readOtlpJson(JSON.parse(body.toString("utf8"))) : readOtlpProtobuf(body)));
    // An empty ExportLogsServiceResponse: nothing was rejected.
    return isJson ? c.json({}) : c.body(new Uint8Array(0), 200, { "content-type": "application/x-protobuf" });
  });

  app.post("/api/logs", async (c) => {
    let lines = 0;
    await taking(c, (body) => {
      const records = readLines(body.toString("utf8"), originOf(c.req.query()));
      lines = records.length;
      return records;
    });
    return c.json({ lines });
  });
  return app;
}

function handshake(c: Context): Response {
  c.header("x-elastic-product", "Elasticsearch");
  return c.json(ELASTICSEARCH);
}

/** What a request will take in memory, as far as its headers tell. */
export function sizeOf(c: Context): number {
  const sent = Math.min(MOST_SENT, Number(c.req.header("content-length") ?? UNKNOWN_SIZE) || UNKNOWN_SIZE);
  const isPacked = c.req.header("content-encoding") !== undefined || c.req.header("content-type") === "application/x-protobuf";
  return isPacked ? sent * PACKED_FACTOR : sent;
}

/** What a parser throws over somebody else's bytes is the sender's mistake, not a bug here. */
function parsed(read: (body: Buffer) => readonly ShippedRecord[], body: Buffer): readonly ShippedRecord[] {
  try {
    return read(body);
  } catch (error) {
    if (isHeaptideError(error)) throw error;
    throw new HeaptideError(
      "INVALID_REQUEST",
      { problem: error instanceof Error ? error.message.slice(0, 200) : "the body cannot be read" },
      { cause: error },
    );
  }
}

let serial = 0;

function itemAnswer({ action, index, id, problem }: BulkItem): Record<string, unknown> {
  const about = { _index: index, _id: id ?? `heaptide-${(serial++).toString(36)}` };
  if (problem !== null) return { [action]: { ...about, status: 400, error: { type: "document_parsing_exception", reason: problem } } };
  const status = action === "create" || action === "index" ? 201 : 200;
  const result = action === "create" || action === "index" ? "created" : "noop";
  return {
    [action]: { ...about, _version: 1, result, _shards: { total: 1, successful: 1, failed: 0 }, _seq_no: 0, _primary_term: 1, status },
  };
}
