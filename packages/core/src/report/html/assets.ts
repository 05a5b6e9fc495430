import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

const library = (name: string): string =>
  readFileSync(require.resolve(`uplot/dist/${name}`), 'utf8');

const beside = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

/** The modules of the page, each after the ones that it imports. */
const modules = [
  'unpack',
  'figures',
  'run-data',
  'zoom',
  'marks',
  'scale',
  'readout',
  'plot-options',
  'chart',
  'page',
] as const;

/**
 * The page's modules as one function. They share its scope under the names that they have in each
 * other already (no two declare the same one), so that taking the import and export words off is
 * all the bundling they need.
 */
function pageScript(): string {
  const bodies = modules.map((name) =>
    beside(`./client/${name}.js`)
      .replaceAll(/^import [^;]*;\n/gm, '')
      .replaceAll(/^export /gm, ''),
  );

  return `(() => {\n'use strict';\n${bodies.join('\n')}})();`;
}

/** Style and script of the page as text, chart library included: the page loads nothing. */
export function readAssets(): { readonly style: string; readonly script: string } {
  return {
    style: `${library('uPlot.min.css')}\n${beside('./page.css')}`,
    script: `${library('uPlot.iife.min.js')}\n${pageScript()}`,
  };
}
