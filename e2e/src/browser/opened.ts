import { test } from "vitest";
import { addresses, launchBrowser, openPage, serveNothing, serveStory } from "./browser.ts";

/** Once for each file of tests: a browser, and one page of it whose errors are gathered. */
export const withPage = test
  .extend("browser", { scope: "file" }, async ({}, { onCleanup }) => {
    const browser = await launchBrowser();
    onCleanup(() => browser.close());
    return browser;
  })
  .extend("opened", { scope: "file" }, ({ browser }) => openPage(browser))
  .extend("page", { scope: "file" }, ({ opened }) => opened.page)
  .extend("errors", { scope: "file" }, ({ opened }) => opened.errors);

/** On the recorded story, with the addresses of all screens. */
export const onStory = withPage
  .extend("heaptide", { scope: "file" }, async ({}, { onCleanup }) => {
    const heaptide = await serveStory();
    onCleanup(() => heaptide.close());
    return heaptide;
  })
  .extend("places", { scope: "file" }, ({ heaptide }) => addresses(heaptide.url));

/** On a server that watches nothing. */
export const onNothing = withPage.extend("heaptide", { scope: "file" }, async ({}, { onCleanup }) => {
  const heaptide = await serveNothing();
  onCleanup(() => heaptide.close());
  return heaptide;
});
