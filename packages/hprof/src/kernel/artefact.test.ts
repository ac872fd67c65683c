import { describe, expect, it } from "vitest";
import { KERNEL_WASM } from "./artefact.ts";
import { compileKernel } from "./build.ts";

describe("the kernel's WebAssembly", () => {
  it("is what its source compiles to: after a change there, npm run build:kernel", { timeout: 120_000 }, async () => {
    expect(Buffer.from(await compileKernel()).toString("base64")).toBe(KERNEL_WASM);
  });
});
