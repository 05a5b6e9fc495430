import { rename, rm, writeFile } from 'node:fs/promises';
import { formatValue } from '../report/format.ts';
import { htmlReport } from '../report/html/html-report.ts';
import type { RunRecord } from '../scenario/record.ts';
import type { Ending } from './play.ts';

/** Writes the HTML page of a run, also of one that was stopped, and says where it is. */
export async function writeReport(
  path: string,
  records: readonly RunRecord[],
  ending: Ending,
): Promise<string> {
  const wall = ending.kind === 'finished' ? ending.figures : undefined;
  const html = await htmlReport(records, { wall });
  await writeAtomically(path, html);
  return `report: ${path} (${formatValue(Buffer.byteLength(html), 'bytes')})`;
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
