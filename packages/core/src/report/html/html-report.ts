import type { RunRecord } from '../../scenario/record.ts';
import { RunIncompleteError } from '../errors.ts';
import { emptyRun, reduce } from '../run-state.ts';
import { readAssets } from './assets.ts';
import { html, Markup } from './markup.ts';
import { runViews } from './run-views.ts';
import type { WallFigures } from './header-section.ts';

/** What a page shows besides the records. */
export interface HtmlReportOptions {
  /** Figures of the machine, shown beside the run. They differ from machine to machine. */
  readonly wall?: WallFigures;
}

/** Nothing may be fetched, and nothing that slipped into the page could phone home. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/**
 * The run as one HTML page that holds all it needs: text, tables and charts of every sample. All
 * text is there without JavaScript, too; only the charts are drawn by it.
 *
 * @param records one run, complete or interrupted
 * @throws RunIncompleteError when there is no `run.started`
 */
export function htmlReport(records: Iterable<RunRecord>, options: HtmlReportOptions = {}): string {
  const state = emptyRun();
  for (const record of records) reduce(state, record);
  const { started } = state;
  if (started === undefined) throw new RunIncompleteError();
  const assets = readAssets();
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href="data:," />
        <title>${started.title}: ${started.scenario}, seed ${started.seed}</title>
        <style>
          ${new Markup(assets.style)}
        </style>
      </head>
      <body>
        ${runViews(state, started, options.wall)}
        <script>
          ${new Markup(assets.script)};
        </script>
      </body>
    </html> `;
  return page.text;
}
