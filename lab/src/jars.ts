import { fileURLToPath } from "node:url";

const jar = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** The jobs, as they are uploaded. Built by `npm run setup`. */
export const LAB_JAR = jar("jobs/target/lab-jobs.jar");

/** What a cluster may have on its own class path, beside Flink. */
export const LIB_JARS = { library: jar("jobs/target/lab-jobs-0.1.0-library.jar"), rocksdb: jar("jobs/target/lib/rocksdbjni.jar") } as const;
