import { readFile } from 'node:fs/promises';
import { chartLibrary } from '../report/html/chart-library.ts';

const read = (path: string): Promise<string> => readFile(new URL(path, import.meta.url), 'utf8');

/** What the page looks like: the charts, what is read of a run, and what moves. */
export async function pageStyle(): Promise<string> {
  const own = await Promise.all(['../report/html/page.css', 'page.css'].map(read));
  return [chartLibrary('uPlot.min.css'), ...own].join('\n');
}
