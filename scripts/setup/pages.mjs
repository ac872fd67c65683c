// The pages that `heaptide serve` shows, built by Vite.
import { pagesAreBuilt, preparePages } from "../../packages/web/pages.mjs";
import { Missing, step } from "./step.mjs";

export async function setUpPages(node, lock) {
  if (pagesAreBuilt()) return;
  await lock.acquire();
  if (pagesAreBuilt()) return;
  await step("web pages (Vite)", () =>
    preparePages({ node }).catch((error) => {
      throw new Missing(error.message, "npm run build -w packages/web, which shows all that Vite says");
    }),
  );
}
