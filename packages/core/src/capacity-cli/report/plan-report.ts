import { readFileSync } from 'node:fs';
import { chartLibrary } from '../../report/html/chart-library.ts';
import { html, jsonForScript, Markup } from '../../report/html/markup.ts';
import { planText } from '../plan-text.ts';
import type { PlanResult } from '../plan-result.ts';
import { planYaml } from '../plan-yaml.ts';
import { loadSweep, type Sweep, workersSweep } from './sweeps.ts';

const read = (path: string | URL): string => readFileSync(path, 'utf8');

/** Nothing may be fetched, and nothing that slipped into the page could phone home. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

const figures = [
  { figure: 'dropRatio', title: 'Drop rate', unit: 'ratio' },
  { figure: 'meanWaitMs', title: 'Mean wait', unit: 'ms' },
  { figure: 'waitP99Ms', title: '99th percentile of the wait', unit: 'ms' },
] as const;

/** The plan as one HTML page that holds all it needs: its table, and charts around its point. */
export function planReport(result: PlanResult): string {
  const sweeps = [loadSweep(result), workersSweep(result)];
  const title = result.trace
    ? `Capacity for ${result.trace.file}`
    : `Capacity for ${Math.round(result.load.ratePerSecond).toLocaleString('en-US')} events a second`;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href="data:," />
        <title>${title}</title>
        <style>
          ${new Markup(chartLibrary('uPlot.min.css'))}
          ${new Markup(read(new URL('../../report/html/page.css', import.meta.url)))}
          ${new Markup(read(new URL('plan-page.css', import.meta.url)))}
        </style>
      </head>
      <body>
        <main>
          <header>
            <p class="kicker">Capacity plan</p>
            <h1>${title}</h1>
          </header>
          <section aria-labelledby="plan">
            <h2 id="plan">Plan</h2>
            <pre>${planText(result)}</pre>
          </section>
          ${sweeps.map(sweepSection)}
          <section aria-labelledby="configuration">
            <h2 id="configuration">Configuration</h2>
            <pre>${planYaml(result)}</pre>
          </section>
        </main>
        <script type="application/json" id="plan-data">
          ${jsonForScript({ sweeps, figures })}
        </script>
        <script>
          ${new Markup(chartLibrary('uPlot.iife.min.js'))};
          ${new Markup(read(new URL('client/plan-page.js', import.meta.url)))};
        </script>
      </body>
    </html> `;
  return page.text;
}

function sweepSection({ id, title, label, lines }: Sweep): Markup {
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${title} <small>${label}</small></h2>
    <ul class="lines">
      ${lines.map(
        (line, index) => html`<li><i class="swatch s${index % 6}"></i>${line.label}</li>`,
      )}
      <li><i class="mark"></i>the plan</li>
    </ul>
    <noscript
      ><p class="note">The charts need JavaScript. The plan above has its figures.</p></noscript
    >
    <div class="grid">
      ${figures.map(
        ({ figure, title: name }) =>
          html`<figure class="chart">
            <figcaption>
              <h3>${name}</h3>
              <output class="readout"></output>
            </figcaption>
            <div
              class="plot"
              data-sweep="${id}"
              data-figure="${figure}"
              role="img"
              aria-label="${name} against ${label}"
            ></div>
          </figure>`,
      )}
    </div>
  </section>`;
}
