import { Empty } from "../../parts/states.tsx";

/** Sources by nights: a night without elements jumps out. */
export function SourceCalendar({ now }: { readonly now: number }) {
  void now;
  return (
    <section className="panel">
      <h2>Sources by night</h2>
      <Empty title="No counts by night have been reported">
        <p>
          What captures the data reports how much it got from each source; then each night is a square here, and a night without data is
          marked.
        </p>
      </Empty>
    </section>
  );
}
