import { chartLibrary } from '../report/html/chart-library.ts';
import { bundlePage, bundleWorker } from './bundle.ts';
import { servedPage } from './page-html.ts';
import { pageStyle } from './page-style.ts';

/**
 * The page and its workers as files for any static server, in any folder of it.
 *
 * @param examples paths of the modules that export `example`, by the example's name
 * @returns texts by their paths, such as `page/stdin.js`; `index.html` is the page
 * @throws Error when an example imports something that a browser does not have
 */
export async function staticPage(
  examples: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const files = new Map([
    ['index.html', servedPage([...examples.keys()])],
    ['page/page.css', await pageStyle()],
    ['page/charts.js', chartLibrary('uPlot.iife.min.js')],
  ]);
  for (const [file, text] of (await bundlePage()).files) files.set(`page/${file}`, text);
  for (const [name, module] of examples) {
    const worker = await bundleWorker(module);
    for (const [file, text] of worker.files) files.set(`worker/${name}/${file}`, text);
  }
  return files;
}
