import type { RunRecord } from '../scenario/record.ts';
import { RunIncompleteError } from '../report/errors.ts';
import { chartLibrary } from '../report/html/chart-library.ts';
import { html, jsonForScript, Markup } from '../report/html/markup.ts';
import { runViews } from '../report/html/run-views.ts';
import { emptyRun, reduce } from '../report/run-state.ts';
import { liveReportScript, reportScript } from './bundle.ts';
import type { Enclosed, RunReportOptions } from './origin.ts';
import { pack } from './packed.ts';
import { pageHtml, type PageOptions } from './page-html.ts';
import { findPagePeers } from './page-peers.ts';
import { pageStyle } from './page-style.ts';
import { thinRecords } from './thin-records.ts';

/** Nothing may be fetched, and nothing that slipped into the page could phone home. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** The worker comes out of the page itself. */
const livePolicy = `${policy}; worker-src blob:`;

/** Bytes that a report may have: what a mail takes without a thought. */
const mostBytes = 500_000;
/** Bytes of one that runs storms again: a third of it is the worker. */
const mostLiveBytes = 1_000_000;

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
  await findPagePeers();
  return pageOf(records, options, {
    does: options.origin === undefined ? 'show' : 'tell',
    policy,
    script: await reportScript(),
    mostBytes,
  });
}

/**
 * As {@link runReport}, and it runs storms again, without a network.
 *
 * @param records one run, complete or interrupted
 * @param worker what `enclosedWorker` has made of the run's example
 * @throws RunIncompleteError when there is no `run.started`; MissingPeerError without esbuild or uPlot
 */
export async function liveRunReport(
  records: readonly RunRecord[],
  options: RunReportOptions,
  worker: string,
): Promise<string> {
  await findPagePeers();
  return pageOf(records, options, {
    does: 'run',
    policy: livePolicy,
    script: await liveReportScript(),
    worker: pack(worker),
    mostBytes: mostLiveBytes,
  });
}

interface Make {
  readonly does: PageOptions['does'];
  readonly policy: string;
  readonly script: string;
  /** Packed. */
  readonly worker?: string;
  readonly mostBytes: number;
}

async function pageOf(
  records: readonly RunRecord[],
  options: RunReportOptions,
  make: Make,
): Promise<string> {
  const state = emptyRun();
  for (const record of records) reduce(state, record);
  const { started } = state;
  if (started === undefined) throw new RunIncompleteError();
  const head = html`<meta http-equiv="Content-Security-Policy" content="${make.policy}" />
    <style>
      ${new Markup(await pageStyle())}
    </style>`;
  const library = chartLibrary('uPlot.iife.min.js');
  const worker =
    make.worker !== undefined &&
    html`<script type="text/plain" id="worker">
      ${make.worker}
    </script>`;

  function page(stretch: number): string {
    const lines = thinRecords(records, stretch).map((record) => JSON.stringify(record));
    return pageHtml({
      title: `${started?.title}: ${started?.scenario}, seed ${started?.seed}`,
      examples: [started?.example ?? ''],
      does: make.does,
      head,
      text: started && runViews(state, started, { wall: options.wall, stretch }),
      scripts: html`<script type="application/json" id="enclosed">
          ${jsonForScript({ ...options, stretch } satisfies Enclosed)}
        </script>
        <script type="text/plain" id="record">
          ${pack(lines.join('\n'))}
        </script>
        ${worker}
        <script>
          ${new Markup(library)};
          ${new Markup(make.script)};
        </script>`,
    });
  }

  let stretch = 1;
  let text = page(stretch);
  while (Buffer.byteLength(text) > make.mostBytes && stretch < records.length) {
    stretch = Math.max(4, Math.ceil(stretch * 1.5));
    text = page(stretch);
  }
  return text;
}
