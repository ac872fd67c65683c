import type { Finding, Verdict } from "@heaptide/model";

const WORDS: Readonly<Record<Verdict, string>> = {
  leaking: "leaking",
  growing: "growing",
  healthy: "healthy",
  "warming-up": "warming up",
  unknown: "not known",
};

/** Colour, shape and word: a triangle leaks, a half one grows, a disc is well, a ring is not known yet. */
export function VerdictChip({ verdict, word = WORDS[verdict] }: { readonly verdict: Verdict; readonly word?: string }) {
  return (
    <span className={`chip ${verdict}`}>
      <Shape verdict={verdict} />
      {word}
    </span>
  );
}

export const isFixed = ({ verification }: Pick<Finding, "verification">): boolean => verification?.verdict === "verified";

/** A leak whose fix is verified is over, and was one all the same. */
export const FindingChip = ({ finding }: { readonly finding: Finding }) =>
  isFixed(finding) ? <VerdictChip verdict="healthy" word="fixed" /> : <VerdictChip verdict={finding.verdict} />;

function Shape({ verdict }: { readonly verdict: Verdict }) {
  return (
    <svg viewBox="0 0 10 10" aria-hidden="true">
      {verdict === "leaking" && <path d="M5 .5 9.800 9.500H.2Z" fill="currentColor" />}
      {verdict === "growing" && <path d="M5 1.500 9 9H1Z" fill="none" stroke="currentColor" strokeWidth="1.600" />}
      {verdict === "healthy" && <circle cx="5" cy="5" r="4" fill="currentColor" />}
      {(verdict === "unknown" || verdict === "warming-up") && (
        <circle
          cx="5"
          cy="5"
          r="3.600"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.500"
          strokeDasharray={verdict === "unknown" ? "2.200 1.600" : "none"}
        />
      )}
    </svg>
  );
}
