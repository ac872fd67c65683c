import type { Happening } from "./happenings.ts";

/** A house's pages as its web designer made them: what is announced, a page of it, in one of two layouts. `next` is the address of the next page. */
export interface Page {
  readonly listed: readonly Happening[];
  readonly next: string | undefined;
  /** The layout after the relaunch: nothing is where it was. */
  readonly relaunched: boolean;
}

/** As browsers need it; what a stand-in must not do is to be safer than real sites are. */
const escape = (text: string) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

export function jsonLdPage({ listed, next, relaunched }: Page): string {
  const events = listed.map((happening) => ({
    "@type": "MusicEvent",
    "@id": `#${happening.uid}`,
    name: happening.name,
    description: `<p>${happening.description.replace("&", "&amp;")}</p>`,
    startDate: berlin(happening.start).iso,
    endDate: berlin(happening.end).iso,
    location: {
      "@type": "Place",
      name: happening.venue,
      address: { "@type": "PostalAddress", streetAddress: happening.address.split(",")[0], addressLocality: "Leipzig" },
      geo: { "@type": "GeoCoordinates", ...happening.geo },
    },
  }));
  const graph = JSON.stringify({ "@context": "https://schema.org", "@graph": events }).replace(/</g, "\\u003c");
  return html(
    "Concert hall",
    `${relaunched ? "" : `<script type="application/ld+json">${graph}</script>`}
     <ol>${listed.map((happening) => `<li>${escape(happening.name)}</li>`).join("")}</ol>`,
    next,
  );
}

export function plainPage({ listed, next, relaunched }: Page): string {
  const [item, title] = relaunched ? ["card", "card__headline"] : ["event", "title"];
  const rows = listed.map((happening) => {
    const { day, clock } = berlin(happening.start);
    return `<article class="${item}" id="${happening.uid}">
      <h3 class="${title}"><a href="/events/${happening.uid}">${escape(happening.name)}</a></h3>
      <p class="when">${day}, ${clock} Uhr</p><p class="until">${berlin(happening.end).day}, ${berlin(happening.end).clock} Uhr</p>
      <p class="where">${escape(happening.venue)}</p><div class="text">${escape(happening.description)}<br>Entry free</div></article>`;
  });
  return html("City museum", rows.join("\n"), next);
}

function html(title: string, body: string, next: string | undefined): string {
  return `<!doctype html><html lang="de"><head><meta charset="utf-8"><title>${title}</title></head><body>
    <header><nav><a href="/">${title}</a></nav></header><main>${body}</main>
    ${next === undefined ? "" : `<a rel="next" href="${escape(next)}">more</a>`}</body></html>`;
}

export function calendar({ listed, relaunched }: Page): string {
  if (relaunched) return html("University", "<p>Please log in to see the calendar.</p>", undefined);
  const events = listed.flatMap((happening) => [
    "BEGIN:VEVENT",
    `UID:${happening.uid}@university.example`,
    "DTSTAMP:20260101T000000Z",
    `DTSTART;TZID=Europe/Berlin:${berlin(happening.start).basic}`,
    `DTEND;TZID=Europe/Berlin:${berlin(happening.end).basic}`,
    `SUMMARY:${text(happening.name)}`,
    `DESCRIPTION:${text(happening.description)}`,
    `LOCATION:${text(happening.venue)}`,
    "END:VEVENT",
  ]);
  return [...["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//university//calendar//EN"], ...events, "END:VCALENDAR", ""].join("\r\n");
}

/** RFC 5545, 3.3.11. */
const text = (value: string) => value.replace(/[\\;,]/g, "\\$&").replace(/\n/g, "\\n");

export function feed({ listed, relaunched }: Page): string {
  if (relaunched) return html("Cinema", "<p>Our programme has moved.</p>", undefined);
  const items = listed.map(
    (happening) => `<item><title>${escape(happening.name)}</title><guid isPermaLink="false">${happening.uid}</guid>
      <link>https://cinema.example/${happening.uid}</link><pubDate>${new Date(happening.start).toUTCString()}</pubDate>
      <category>${escape(happening.venue)}</category><description><![CDATA[<p>${happening.description}</p>]]></description></item>`,
  );
  return `<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Cinema</title><link>https://cinema.example/</link>
    <description>What is on</description>${items.join("\n")}</channel></rss>`;
}

export function apiAnswer({ listed, next, relaunched }: Page): string {
  const items = listed.map((happening) => ({
    id: happening.uid,
    title: happening.name,
    text: happening.description,
    begin: new Date(happening.start).toISOString(),
    end: new Date(happening.end).toISOString(),
    // One in three knows where it is; the others only say a name.
    place: {
      name: happening.venue,
      ...(Number(happening.uid.replace(/\D/g, "")) % 3 === 0 || happening.flaw === "not-on-earth"
        ? { street: happening.address, lat: happening.geo.latitude, lon: happening.geo.longitude }
        : {}),
    },
  }));
  return JSON.stringify(relaunched ? { data: { entries: items } } : { events: items, next: next ?? null });
}

const CLOCK = new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Berlin", dateStyle: "short", timeStyle: "medium" });

/** A time as the town's clocks show it. */
function berlin(at: number): { iso: string; day: string; clock: string; basic: string } {
  const [date, time] = CLOCK.format(at).split(" ") as [string, string];
  const [year, month, day] = date.split("-") as [string, string, string];
  const offset = Math.round((Date.parse(`${date}T${time}Z`) - at) / 60_000);
  const zone = `${offset < 0 ? "-" : "+"}${String(Math.abs(offset) / 60).padStart(2, "0")}:00`;
  return {
    iso: `${date}T${time}${zone}`,
    day: `${day}.${month}.${year}`,
    clock: time.slice(0, 5),
    basic: `${date}T${time}`.replace(/[-:]/g, ""),
  };
}
