/** The platform's API as a process of its own, without jobs: `<folder> <port>`. What it has acknowledged is on the disk; killed, it is started again on the same folder. */
import { join } from "node:path";
import { flowSource, startApp } from "@dataspa/app";
import { ServingStore } from "@dataspa/serving";
import { segmentTransport } from "@dataspa/transport";

const [folder, port] = [process.argv[2]!, Number(process.argv[3])];
const store = await ServingStore.open();
const writer = await segmentTransport(join(folder, "transport")).writer("actions", "app");
const flow = flowSource(store, { now: Date.now, patience: 60_000, job: "none" });
const app = await startApp({ store, flow, writer, timeZone: "UTC", port });
process.on("disconnect", () => void app[Symbol.asyncDispose]().then(() => process.exit(0)));
process.send!({ url: app.url });
