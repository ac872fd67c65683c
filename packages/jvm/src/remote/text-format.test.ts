import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jvmReading } from "./jvm-metrics.ts";
import { parseMetricsText, type ScrapedSample } from "./text-format.ts";

const read = (text: string) => [...parseMetricsText(text)];

/** A sample as a client library writes it. */
function written({ name, labels, value }: ScrapedSample): string {
  const escaped = (text: string) => text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
  const parts = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
  const number = Number.isNaN(value) ? "NaN" : value === Infinity ? "+Inf" : value === -Infinity ? "-Inf" : String(value);
  return `${name}${parts.length > 0 ? `{${parts.join(",")}}` : ""} ${number}`;
}

describe("metrics as text", () => {
  it("are read whatever stands in labels, with times and exemplars passed over", () => {
    const text = `# HELP a says
# TYPE a counter
a_total{path="C:\\\\tmp",said="\\"no\\"\\n",empty="",} 1.5e3 1790000000000
a_bucket{le="+Inf"} 3 # {trace_id="x"} 0.5 1790000000.1
b -Inf
flink_taskmanager_job_task_operator_numRecordsIn{operator_name="Source: a, b {1}",} 7
# EOF`;
    expect(read(text)).toEqual([
      { name: "a_total", labels: { path: "C:\\tmp", said: '"no"\n', empty: "" }, value: 1500 },
      { name: "a_bucket", labels: { le: "+Inf" }, value: 3 },
      { name: "b", labels: {}, value: -Infinity },
      { name: "flink_taskmanager_job_task_operator_numRecordsIn", labels: { operator_name: "Source: a, b {1}" }, value: 7 },
    ]);
  });

  it.each(["", "\n\n", "a", "a{", 'a{b="c} 1', 'a{b="c"} x', "a{b=c} 1", "<html>", "{} 1"])("leave out what is no sample: %j", (line) => {
    expect(read(`${line}\ngood 1`).at(-1)).toEqual({ name: "good", labels: {}, value: 1 });
    expect(read(line)).toEqual([]);
  });

  it("are read as they were written", () => {
    const name = fc.stringMatching(/^[a-zA-Z_:][\w:]{0,10}$/);
    const sample = fc.record({
      name,
      labels: fc.dictionary(fc.stringMatching(/^[a-z][\w]{0,5}$/), fc.string(), { maxKeys: 4, noNullPrototype: true }),
      value: fc.oneof(fc.double(), fc.integer()),
    });
    fc.assert(
      fc.property(fc.array(sample), (samples) => {
        const plain = samples.map((one) => ({ ...one, value: one.value === 0 ? 0 : one.value }));
        expect(read(plain.map(written).join("\n"))).toEqual(plain);
      }),
    );
  });

  it("never throw, whatever is read", () => {
    fc.assert(fc.property(fc.string(), (text) => void read(text)));
  });
});

describe("a JVM's own metrics", () => {
  it("are those of Micrometer too, pools summed", () => {
    const page = `jvm_memory_used_bytes{area="heap",id="G1 Eden Space"} 10
jvm_memory_used_bytes{area="heap",id="G1 Old Gen"} 20
jvm_memory_used_bytes{area="nonheap",id="Metaspace"} 5
jvm_memory_max_bytes{area="heap",id="G1 Eden Space"} -1
jvm_memory_max_bytes{area="heap",id="G1 Old Gen"} 100
jvm_threads_live_threads 9
jvm_gc_live_data_size_bytes 15`;
    const reading = jvmReading(read(page));
    expect(Object.fromEntries(reading!.values)).toEqual({ "heap.used": 30, "metaspace.used": 5, threads: 9 });
    expect(reading).toMatchObject({ afterGc: 15, startedAt: null, limits: { heap: { value: 100 } } });
  });

  it("are none on another program's page", () => {
    expect(jvmReading(read("process_resident_memory_bytes 1"))).toBeNull();
  });
});
