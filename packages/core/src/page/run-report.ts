import type { RunRecord } from '../scenario/record.ts';
import { RunIncompleteError } from '../report/errors.ts';
import { chartLibrary } from '../report/html/chart-library.ts';
import { html, jsonForScript, Markup } from '../report/html/markup.ts';
import { runViews } from '../report/html/run-views.ts';
import { emptyRun, reduce } from '../report/run-state.ts';
import { reportScript } from './bundle.ts';
import type { Enclosed, RunReportOptions } from './origin.ts';
import { pack } from './packed.ts';
import { pageHtml } from './page-html.ts';
import { pageStyle } from './page-style.ts';
import { thinRecords } from './thin-records.ts';

/** Nothing may be fetched, and nothing that slipped into the page could phone home. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** Bytes that a report may have: what a mail takes without a thought. */
const mostBytes = 500_000;

/**
 * The page of a run as one file that holds its record and all else that it needs. All text is there without
 * JavaScript, too. A run too large is thinned out, extremes kept.
 *
 * @param records one run, complete or interrupted
 * @throws RunIncompleteError when there is no `run.started`; MissingPeerError without esbuild or uPlot
 */
export async function runReport(
  records: readonly RunRecord[],
  options: RunReportOptions = {},
): Promise<string> {
  const state = emptyRun();
  for (const record of records) reduce(state, record);
  const { started } = state;
  if (started === undefined) throw new RunIncompleteError();
  const head = html`<meta http-equiv="Content-Security-Policy" content="${policy}" />
    <style>
      ${new Markup(await pageStyle())}
    </style>`;
  const library = chartLibrary('uPlot.iife.min.js');
  const script = await reportScript();

  function page(stretch: number): string {
    const lines = thinRecords(records, stretch).map((record) => JSON.stringify(record));
    return pageHtml({
      title: `${started?.title}: ${started?.scenario}, seed ${started?.seed}`,
      examples: [started?.example ?? ''],
      does: options.origin === undefined ? 'show' : 'tell',
      head,
      text: started && runViews(state, started, { wall: options.wall, stretch }),
      scripts: html`<script type="application/json" id="enclosed">
          ${jsonForScript({ ...options, stretch } satisfies Enclosed)}
        </script>
        <script type="text/plain" id="record">
          ${pack(lines.join('\n'))}
        </script>
        <script>
          ${new Markup(library)};
          ${new Markup(script)};
        </script>`,
    });
  }

  let stretch = 1;
  let text = page(stretch);
  while (Buffer.byteLength(text) > mostBytes && stretch < records.length) {
    stretch = Math.max(4, Math.ceil(stretch * 1.5));
    text = page(stretch);
  }
  return text;
}
