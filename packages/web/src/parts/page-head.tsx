import { type ReactNode, useEffect, useState } from "react";
import { createPortal } from "react-dom";

/** Puts the page's name into the bar and into the window's title. */
export function Crumb({ children, title }: { readonly children: ReactNode; readonly title: string }) {
  const [place, setPlace] = useState<HTMLElement | null>(null);
  useEffect(() => setPlace(document.getElementById("crumb")), []);
  useEffect(() => {
    document.title = `${title} · Heaptide`;
  }, [title]);
  return place && createPortal(children, place);
}
