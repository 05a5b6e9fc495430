import { chartLibrary } from '../report/html/chart-library.ts';
import { bundlePage, bundleWorker } from './bundle.ts';

/**
 * Texts of the scripts that a browser loads before it can run an example: charts, the page, the worker.
 *
 * @param module path of the module that exports `example`
 * @throws Error when the example imports something that a browser does not have
 */
export async function firstScripts(module: string): Promise<readonly string[]> {
  const bundles = [await bundlePage(), await bundleWorker(module)];
  return [
    chartLibrary('uPlot.iife.min.js'),
    ...bundles.flatMap(({ first, files }) => first.map((file) => files.get(file) ?? '')),
  ];
}
