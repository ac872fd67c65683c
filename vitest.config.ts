import { defineConfig } from "vitest/config";

/**
 * Five kinds of tests, by name. Unit tests run side by side; those that start a Flink cluster come after them and two files at a time,
 * because more clusters on a small machine starve each other; the story, whose time counts, has the machine for itself. Peers are programs of others, which are started for a test.
 */
export default defineConfig({
  test: {
    reporters: ["default"],
    projects: [
      {
        test: {
          name: "unit",
          include: [
            "packages/**/*.test.ts",
            "dataspa/**/*.test.ts",
            "deploy/**/*.test.ts",
            "lab/**/*.test.ts",
            "bench/**/*.test.ts",
            "scripts/**/*.test.ts",
          ],
          exclude: ["**/node_modules/**", "**/target/**", "**/*.flink.test.ts", "**/*.peers.test.ts"],
          testTimeout: 30_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "peers",
          include: ["packages/**/*.peers.test.ts", "deploy/**/*.peers.test.ts"],
          exclude: ["**/node_modules/**"],
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "flink",
          include: ["packages/**/*.flink.test.ts", "dataspa/**/*.flink.test.ts", "lab/**/*.flink.test.ts"],
          exclude: ["**/node_modules/**", "**/target/**"],
          maxWorkers: 2,
          testTimeout: 300_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: "browser",
          include: ["e2e/src/browser/*.browser.test.ts"],
          fileParallelism: false,
          testTimeout: 180_000,
          // The pages may have to be built.
          hookTimeout: 180_000,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: "e2e",
          include: ["e2e/src/**/*.e2e.test.ts"],
          fileParallelism: false,
          testTimeout: 900_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
});
