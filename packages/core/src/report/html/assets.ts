import { readFileSync } from 'node:fs';
import { chartLibrary } from './chart-library.ts';

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
function pageProgram(): string {
  const bodies = modules.map((name) =>
    beside(`./client/${name}.js`)
      .replaceAll(/^import [^;]*;\n/gm, '')
      .replaceAll(/^export /gm, ''),
  );

  return `() => {\n'use strict';\n${bodies.join('\n')}}`;
}

/** Style and scripts of the page as text, chart library included: a report loads nothing. */
export interface Assets {
  readonly style: string;
  /** Draws the charts of the run that stands in the document. */
  readonly script: string;
  /** Makes `drawCharts()`, which does that each time. */
  readonly library: string;
}

export function readAssets(): Assets {
  const uplot = chartLibrary('uPlot.iife.min.js');
  const program = pageProgram();
  return {
    style: `${chartLibrary('uPlot.min.css')}\n${beside('./page.css')}`,
    script: `${uplot}\n(${program})();`,
    library: `${uplot}\nglobalThis.drawCharts = ${program};`,
  };
}
