import type { Finding } from "@heaptide/model";

/** Hands a text to the reader as a file. */
export function download(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/**
 * The incident as one file that needs nothing else: what the page shows, with its style sheets and pictures inside, and the finding itself as JSON.
 * No script runs in it.
 */
export function htmlOf(article: HTMLElement, finding: Finding): string {
  const copy = article.cloneNode(true) as HTMLElement;
  for (const element of copy.querySelectorAll(".no-export")) element.remove();
  for (const link of copy.querySelectorAll("a")) link.replaceWith(...link.childNodes);
  const from = document.createElement("p");
  from.className = "tiny";
  from.textContent = `Written by Heaptide at ${new Date().toISOString()} from ${location.href}. Times are those of the reader's zone.`;
  copy.append(from);
  const title = document.createElement("title");
  title.textContent = finding.headline;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
${title.outerHTML}
<style>${stylesOfPage()}</style></head>
<body><main>${copy.outerHTML}</main>
<script type="application/json" id="finding">${JSON.stringify(finding).replaceAll("<", "\\u003c")}</script>
</body></html>
`;
}

function stylesOfPage(): string {
  return [...document.styleSheets]
    .flatMap((sheet) => {
      try {
        return [...sheet.cssRules].map((rule) => rule.cssText);
      } catch {
        // A style sheet that an extension of the browser put in is nobody's to read.
        return [];
      }
    })
    .join("\n")
    .replaceAll("</", "<\\/");
}
