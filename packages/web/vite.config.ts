import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Everything in one folder, nothing from elsewhere. `npm run dev -w packages/web` serves the sources and hands `/api` on to a running server. */
export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2023",
    sourcemap: false,
    // The parsers' modules that read files by Node are reached only from Node.
    rolldownOptions: { external: [/^node:/] },
  },
  worker: { format: "es", rolldownOptions: { external: [/^node:/] } },
  server: {
    host: "127.0.0.1",
    headers: { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" },
    proxy: { "/api": "http://127.0.0.1:7070" },
  },
});
