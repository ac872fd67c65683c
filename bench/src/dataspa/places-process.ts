/** The stand-in of the Places API as a process of its own; answers each message with the number of requests so far. */
import { startPlaces } from "@dataspa/places";

const places = await startPlaces({ latency: Number(process.argv[2]), town: "Leipzig" });
process.on("message", () => process.send!({ requests: places.requests(), cpu: process.cpuUsage() }));
process.on("disconnect", () => process.exit(0));
process.send!({ url: places.url, key: places.key });
