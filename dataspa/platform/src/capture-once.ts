import { Capture } from "@dataspa/capture";
import { kafkaTransport, segmentTransport } from "@dataspa/transport";
import { type Configuration, ConfigurationError } from "./configuration.ts";
import { foldersOf } from "./folders.ts";

/** One capture of the declared sources, by hand. The jobs find its records when they run. */
export async function captureOnce(configuration: Configuration, say: (said: string) => void): Promise<void> {
  const { sources, transport, kafka, data } = configuration;
  if (sources.length === 0)
    throw new ConfigurationError(
      "No sources are declared: the made-up town lives within the running platform. Name a file: --config dataspa.yaml",
    );
  if (transport === "kafka" && kafka.brokers.length === 0) throw new ConfigurationError("Kafka's brokers are not named (kafka.brokers)");
  const folders = foldersOf(data);
  await using lines = transport === "kafka" ? kafkaTransport(kafka) : segmentTransport(folders.transport);
  await using capture = await Capture.open({ directory: folders.capture, transport: lines });
  const reports = await Promise.all(sources.map((source) => capture.capture(source)));
  for (const { source, status, captured, rejected, problem } of reports) {
    const refused = Object.values(rejected).reduce((sum, count) => sum + count, 0);
    say(`${source.padEnd(20)} ${status.padEnd(8)} ${captured} events, ${refused} refused${problem ? `; ${problem.message}` : ""}`);
  }
  if (reports.some(({ status }) => status === "failed")) process.exitCode = 1;
}
