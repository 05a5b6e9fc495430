import { findCharts } from '../report/html/chart-library.ts';
import { loadBundler } from './bundle.ts';

/**
 * Looks for what a page is made with, before anybody waits for one.
 *
 * @throws MissingPeerError when esbuild or uPlot is not installed
 */
export async function findPagePeers(): Promise<void> {
  findCharts();
  await loadBundler();
}
