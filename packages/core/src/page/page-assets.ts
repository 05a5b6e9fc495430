import { chartLibrary } from '../report/html/chart-library.ts';
import { type Bundle, bundlePage, bundleShips } from './bundle.ts';
import { servedPage } from './page-html.ts';
import { pageStyle } from './page-style.ts';
import type { Asset, FindAsset } from './server.ts';
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
    const shared = await sharedAsset(path);
    if (shared !== undefined) return shared;
    const [, file = ''] = /^\/page\/([^/]+\.js)$/.exec(path) ?? [];
    if (file === '') return undefined;
    page ??= bundlePage();
    return assetOf(file, (await page).files.get(file));
  };
}

/** What every page that draws ships loads: its style, and the charts. */
async function sharedAsset(path: string): Promise<Asset | undefined> {
  if (path === '/page/page.css') return { type: 'text/css', text: await pageStyle() };
  if (path !== '/page/charts.js') return undefined;
  return { type: 'text/javascript', text: chartLibrary('uPlot.iife.min.js') };
}

/**
 * The ships of the page for a page of somebody else's: `/page/page.css`, then the script `/page/charts.js`,
 * then the module `/page/ships.js`, which exports `mountShips`.
 */
export function shipsAssets(): FindAsset {
  let ships: Promise<Bundle> | undefined;
  return async (path) => {
    if (path !== '/page/ships.js') return sharedAsset(path);
    ships ??= bundleShips();
    const { entry, files } = await ships;
    return assetOf(entry, files.get(entry));
  };
}
