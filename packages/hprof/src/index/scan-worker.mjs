/** The door of a worker, plain JavaScript: a worker has no compile cache before it asks for one, and would strip the types of its files each time. */
import module from "node:module";

module.enableCompileCache?.();
await import("./scan-worker.ts");
