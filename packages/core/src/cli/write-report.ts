import { rename, rm, writeFile } from 'node:fs/promises';
import { formatValue } from '../report/format.ts';
import { htmlReport, type HtmlReportOptions } from '../report/html/html-report.ts';
import type { RunRecord } from '../scenario/record.ts';
import type { Ending } from './play.ts';

/** Writes the HTML page of a run, also of one that was stopped, and says where it is. */
export async function writeReport(
  path: string,
  records: readonly RunRecord[],
  ending: Ending,
): Promise<string> {
  const page = htmlReport(records, wallOf(records, ending));
  await writeAtomically(path, page);
  return `report: ${path} (${formatValue(Buffer.byteLength(page), 'bytes')})`;
}

/** What is known of the machine; a run that was stopped was not measured. */
function wallOf([started]: readonly RunRecord[], ending: Ending): HtmlReportOptions {
  if (ending.kind !== 'finished' || ending.figures === undefined) return {};
  const { wallMs, peakRssBytes, nodeVersion } = ending.figures;
  const commit = started?.type === 'run.started' ? started.commit : undefined;
  return { wall: { wallMs, peakRssBytes, node: nodeVersion, commit: commit ?? 'unknown' } };
}

/** Writes the page beside its place and moves it there, so that no reader ever sees half of it. */
async function writeAtomically(path: string, text: string): Promise<void> {
  const partial = `${path}.${process.pid}.partial`;
  try {
    await writeFile(partial, text);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
