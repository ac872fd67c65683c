/** The stand-in by hand: `node dataspa/places/src/main.ts --port 0 --key secret`. Ctrl-C stops it. */
import { once } from "node:events";
import { parseArgs } from "node:util";
import { startPlaces } from "./server.ts";

const { values } = parseArgs({
  options: {
    host: { type: "string", default: "127.0.0.1" },
    port: { type: "string", default: "0" },
    key: { type: "string", default: "dataspa" },
    latency: { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
  },
});

const places = await startPlaces({
  host: values.host,
  port: Number(values.port),
  key: values.key,
  latency: Number(values.latency),
  seed: Number(values.seed),
});
console.log(`Places API at ${places.url}, key ${places.key}`);
await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
await places.stop();
