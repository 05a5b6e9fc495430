import { chartLibrary } from '../report/html/chart-library.ts';
import { type Bundle, bundlePage } from './bundle.ts';
import { servedPage } from './page-html.ts';
import { pageStyle } from './page-style.ts';
import type { FindAsset } from './server.ts';
import { assetOf, workerAssets } from './worker-assets.ts';

/**
 * The page and its workers.
 *
 * @param examples paths of the modules that export `example`, by the example's name
 */
export function pageAssets(examples: ReadonlyMap<string, string>): FindAsset {
  const workers = workerAssets(examples);
  const names = [...examples.keys()];
  let page: Promise<Bundle> | undefined;
  return async (path) => {
    if (path.startsWith('/worker/')) return workers(path);
    if (path === '/') return { type: 'text/html', text: servedPage(names) };
    if (path === '/page/charts.js') {
      return { type: 'text/javascript', text: chartLibrary('uPlot.iife.min.js') };
    }
    if (path === '/page/page.css') return { type: 'text/css', text: await pageStyle() };
    const [, file = ''] = /^\/page\/([^/]+\.js)$/.exec(path) ?? [];
    if (file === '') return undefined;
    page ??= bundlePage();
    return assetOf(file, (await page).files.get(file));
  };
}
