import { readFile } from 'node:fs/promises';
import { readAssets } from '../report/html/assets.ts';
import { bundlePage, bundleWorker } from './bundle.ts';
import { pageHtml } from './page-html.ts';

/** What the page looks like: the report's style, and its own. */
export async function pageStyle(): Promise<string> {
  const own = await readFile(new URL('page.css', import.meta.url), 'utf8');
  return `${readAssets().style}\n${own}`;
}

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
    ['index.html', pageHtml([...examples.keys()])],
    ['page/page.css', await pageStyle()],
    ['page/charts.js', readAssets().library],
  ]);
  for (const [file, text] of (await bundlePage()).files) files.set(`page/${file}`, text);
  for (const [name, module] of examples) {
    const worker = await bundleWorker(module);
    for (const [file, text] of worker.files) files.set(`worker/${name}/${file}`, text);
  }
  return files;
}
