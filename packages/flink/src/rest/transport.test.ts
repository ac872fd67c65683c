import fc from "fast-check";
import { isHeaptideError } from "@heaptide/base";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { always, type AnsweringServer, startAnsweringServer } from "./answering-server.ts";
import { FlinkClient, queryChunks } from "./client.ts";

let server: AnsweringServer;
let client: FlinkClient;
beforeAll(async () => {
  server = await startAnsweringServer();
});
afterAll(() => server.stop());
beforeEach(() => {
  server.asked.length = 0;
  client = new FlinkClient(server.url, { timeout: 20_000 });
});

/** An error as Flink answers it. */
const flinkError = (said: string) =>
  JSON.stringify({ errors: ["Internal server error.", `<Exception on server side:\n${said}\n\tat X.y(X.java:1)`] });

describe("a REST API that does not answer as it should", () => {
  it.each([
    ["an HTML page", always("<html>Welcome to nginx</html>"), "NOT_FLINK", /nginx/],
    ["JSON of another program", always('{"cluster_name":"elasticsearch"}'), "NOT_FLINK", /elasticsearch/],
    ["nothing", always(""), "NOT_FLINK", /an empty answer/],
    ["a version that is not supported", always('{"flink-version":"1.14.6"}'), "FLINK_VERSION_UNSUPPORTED", /1\.14\.6.*1\.20 and 2\.x/],
    ["a page of a proxy with status 502", always("<html>Bad Gateway</html>", 502), "NOT_FLINK", /status 502/],
    [
      "a JobManager without leader",
      always('{"errors":["Service temporarily unavailable due to an ongoing leader election. Please refresh."]}', 503),
      "FLINK_RESTARTING",
      /leader election/,
    ],
    [
      "a JobManager that lost its leadership",
      always(flinkError("org.apache.flink.runtime.rpc.exceptions.FencingTokenException: Fencing token mismatch"), 500),
      "FLINK_RESTARTING",
      /Fencing token mismatch/,
    ],
    ["a redirect to another host", always("", 302, { location: "https://login.example/flink" }), "FLINK_REDIRECTED", /login\.example/],
    [
      "an exception of a job's main",
      always(flinkError("org.apache.flink.client.program.ProgramInvocationException: no such file"), 400),
      "FLINK_REJECTED",
      /400: no such file/,
    ],
  ] as const)("is told apart: %s", async (_, answer, code, message) => {
    server.answer = answer;
    const error = await client.version().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it("that is not there at all is unreachable, with the system's reason", async () => {
    const gone = await startAnsweringServer();
    await gone.stop();
    await expect(new FlinkClient(gone.url).overview()).rejects.toMatchObject({
      code: "FLINK_UNREACHABLE",
      message: expect.stringContaining("ECONNREFUSED"),
    });
  });

  it("that accepts and then says nothing is unreachable after the time-out", async () => {
    server.answer = () => {};
    const impatient = new FlinkClient(server.url, { timeout: 100 });
    await expect(impatient.overview()).rejects.toMatchObject({
      code: "FLINK_UNREACHABLE",
      message: expect.stringContaining("within 0.1 s"),
    });
  });

  it("that breaks off in the middle is unreachable", async () => {
    server.answer = (_path, request, response) => {
      response.writeHead(200, { "content-length": "1000" }).write("{");
      setTimeout(() => request.socket.destroy(), 20);
    };
    await expect(client.overview()).rejects.toMatchObject({ code: "FLINK_UNREACHABLE" });
  });

  it("that never stops answering is cut off", async () => {
    server.answer = always(`"${"x".repeat(5_000)}"`);
    const small = new FlinkClient(server.url, { largestAnswer: 1_000 });
    await expect(small.overview()).rejects.toMatchObject({ code: "FLINK_ANSWER_TOO_LARGE" });
  });

  it("is not waited for when the caller gives up", async () => {
    server.answer = () => {};
    const caller = new AbortController();
    const waiting = new FlinkClient(server.url, { signal: caller.signal }).overview();
    setTimeout(() => caller.abort(new Error("enough")), 20);
    await expect(waiting).rejects.toThrow("enough");
  });
});

describe("what vanishes between two calls", () => {
  it.each([
    ["a job, by status 404", always(flinkError("org.apache.flink.runtime.rest.NotFoundException: Job 1 not found"), 404)],
    [
      "a TaskManager, by the name of the exception",
      always(
        flinkError("org.apache.flink.runtime.resourcemanager.exceptions.UnknownTaskExecutorException: No TaskExecutor registered under x."),
        500,
      ),
    ],
    [
      "a log file, by its cause",
      always(
        flinkError("org.apache.flink.util.FlinkException: Failed to transfer file\nCaused by: java.io.FileNotFoundException: gone"),
        500,
      ),
    ],
  ])("is RESOURCE_GONE: %s", async (_, answer) => {
    server.answer = answer;
    await expect(client.job("1")).rejects.toMatchObject({ code: "RESOURCE_GONE" });
  });
});

describe("an address", () => {
  it("keeps its path prefix and its credentials, which no error repeats", async () => {
    server.answer = (_path, request, response) => response.end(JSON.stringify({ "flink-version": request.headers.authorization }));
    const address = server.url.replace("http://", "http://ops:s3%20cret@");
    const behindProxy = new FlinkClient(`${address}/flink/`);
    const error = await behindProxy.version().catch((thrown: unknown) => thrown);
    expect(server.asked).toEqual(["/flink/config"]);
    expect(error).toMatchObject({
      detail: { found: `Basic ${Buffer.from("ops:s3 cret").toString("base64")}`, url: `${server.url}/flink` },
    });
  });

  it("that is none is a wrong option", () => {
    expect(() => new FlinkClient("jobmanager:8081")).toThrow(expect.objectContaining({ code: "INVALID_OPTION" }));
  });
});

describe("metrics", () => {
  it("are read as a bare array and wrapped, as strings and as numbers, without those that are no numbers", async () => {
    const values = [
      { id: "a", value: "1.5" },
      { id: "b", value: 2 },
      { id: "c", value: "n/a" },
      { id: "d", value: "NaN" },
    ];
    for (const answer of [values, { metrics: values }]) {
      server.answer = always(JSON.stringify(answer));
      expect([...(await client.metrics({ role: "jobmanager" }, ["a"]))]).toEqual([
        ["a", 1.5],
        ["b", 2],
      ]);
    }
  });

  it("that Flink has not fetched yet are an empty answer", async () => {
    server.answer = always("[]");
    expect(await client.metrics({ role: "taskmanager", id: "x:1-a" }, ["a", "b"])).toEqual(new Map());
  });

  it("have their ids escaped", async () => {
    server.answer = always("[]");
    await client.vertexMetricSums("j", "v", ["a#b$c&d+e/f;g=h?i@j.numRecordsIn"]);
    expect(server.asked).toEqual(["/jobs/j/vertices/v/subtasks/metrics?get=a%23b%24c%26d%2Be%2Ff%3Bg%3Dh%3Fi%40j.numRecordsIn&agg=sum"]);
  });

  it("are asked for in requests short enough for Flink, each id once and in order", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1, maxLength: 40 }).filter((id) => !id.includes(",") && id.isWellFormed())),
        fc.integer({ min: 150, max: 500 }),
        (ids, longest) => {
          const chunks = queryChunks(ids, longest);
          expect(chunks.flatMap((chunk) => chunk.split(",")).map(decodeURIComponent)).toEqual(ids);
          expect(chunks.filter((chunk) => chunk.length > longest && chunk.includes(","))).toEqual([]);
        },
      ),
    );
  });
});

describe("any JSON whatever", () => {
  const calls: readonly ((client: FlinkClient) => Promise<unknown>)[] = [
    (c) => c.version(),
    (c) => c.overview(),
    (c) => c.jobs(),
    (c) => c.job("j"),
    (c) => c.exceptions("j"),
    (c) => c.jobParameters("j"),
    (c) => c.vertexTaskManagers("j", "v"),
    (c) => c.taskManagers(),
    (c) => c.jobManagerConfig(),
    (c) => c.metricIds({ role: "jobmanager" }),
    (c) => c.metrics({ role: "jobmanager" }, ["a"]),
    (c) => c.vertexMetricSums("j", "v", ["a"]),
    (c) => c.logFiles({ role: "jobmanager" }),
    (c) => c.jars(),
    (c) => c.runJar("j"),
  ];

  it("gives an answer or a typed error, never a crash", async () => {
    const status = fc.constantFrom(200, 200, 200, 404, 500, 503);
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.string()), status, fc.constantFrom(...calls), async (body, code, call) => {
        server.answer = always(body, code);
        const error = await call(client).then(
          () => null,
          (thrown: unknown) => thrown,
        );
        expect(error === null || isHeaptideError(error)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
