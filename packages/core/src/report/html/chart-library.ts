import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { missingPeer } from '../../peers/index.ts';

const require = createRequire(import.meta.url);

/**
 * A file of uPlot, the charts of every page: `uPlot.iife.min.js` or `uPlot.min.css`.
 *
 * @throws MissingPeerError when it is not installed
 */
export function chartLibrary(name: string): string {
  return readFileSync(find(`uplot/dist/${name}`), 'utf8');
}

/** @throws MissingPeerError when it is not installed */
export function findCharts(): void {
  find('uplot/dist/uPlot.min.css');
}

function find(path: string): string {
  try {
    return require.resolve(path);
  } catch (cause) {
    return missingPeer('uplot', 'for the charts of pages')(cause);
  }
}
