import type { HeapReport } from "../analysis/report.ts";
import { fileSource } from "../file-source.ts";
import { cutReport, SAVED_ROWS } from "./cut-report.ts";
import { openSavedFile } from "./saved-file.ts";

/**
 * The report that was kept with the analysis of a dump, without opening either: it costs a few kB of both files. Of a packed dump there is none.
 * @returns null where there is no such analysis, or where it has fewer rows than are asked for. @throws HEAP_DUMP_UNREADABLE
 */
export async function savedReport(dump: string, { top }: { readonly top: number }): Promise<HeapReport | null> {
  const source = fileSource(dump);
  try {
    const file = await openSavedFile(source, dump);
    file?.shelf.close();
    return file && top <= SAVED_ROWS ? cutReport(file.report, top) : null;
  } finally {
    await source.close();
  }
}
