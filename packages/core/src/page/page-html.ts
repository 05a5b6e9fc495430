import { html, type Markup } from '../report/html/markup.ts';
import { scenarioNames } from '../scenario/scenario.ts';
import { changed, chart, ships, stage } from './ships-html.ts';

const options = (names: readonly string[]): Markup =>
  html`${names.map((name) => html`<option value="${name}">${name}</option>`)}`;

const breaking = (runs: boolean): Markup =>
  html`<section class="breaking" aria-labelledby="breaking-title">
    <h2 id="breaking-title">Break something</h2>
    <form id="break" aria-labelledby="breaking-title">
      <label
        >Break
        <select id="service"></select
      ></label>
      <label
        >how
        <select id="kind"></select
      ></label>
      <label>from <input id="from" value="+5m" size="8" required /></label>
      <label>to <input id="to" value="+10m" size="8" required /></label>
      <button>${runs ? 'Break it, and run again' : 'Show the command that breaks it'}</button>
      <small>Times are like 14:18 or +90s.</small>
    </form>
    <ul id="faults"></ul>
  </section>`;

const savedRecord = html`<label
  >Saved record <input id="file" type="file" accept=".ndjson"
/></label>`;

const chooser = (examples: readonly string[], runs: boolean, opens: boolean): Markup =>
  html`<form id="run" aria-label="Run">
      <label
        >Example
        <select id="example">
          ${options(examples)}
        </select></label
      >
      <label
        >Scenario
        <select id="scenario">
          ${options(scenarioNames)}
        </select></label
      >
      <label
        >Seed <input id="seed" type="number" min="0" max="4294967295" value="1" required
      /></label>
      <button>${runs ? 'Run' : 'Show the command'}</button>
      <button id="why" type="button">Why?</button>
      ${runs && html`<button id="link" type="button">Copy link</button>`}
      <details>
        <summary>Settings${opens && ' and saved records'}</summary>
        ${opens && savedRecord}
        <div id="settings"></div>
      </details>
    </form>
    <p id="command" class="command" hidden>
      <span class="label">Run it</span><code></code
      ><button type="button" class="copy" data-copy="">Copy</button>
    </p>`;

export interface PageOptions {
  readonly title: string;
  /** What can be chosen. */
  readonly examples: readonly string[];
  /**
   * Whether it runs storms (and opens records, where none stands in it), tells the command that does, or
   * shows one run alone.
   */
  readonly does: 'run' | 'tell' | 'show';
  /** Policy and style. */
  readonly head: Markup;
  /** What is to be read without scripts. */
  readonly text?: Markup | undefined;
  readonly scripts: Markup;
}

/** The page before its script: what can be chosen, and room for what is seen. */
export function pageHtml({ title, examples, does, head, text, scripts }: PageOptions): string {
  // Where nothing can be read without scripts, the first picture does not wait for them.
  const waits = text !== undefined;
  return html`<!doctype html>
    <html lang="en" class="${waits ? '' : 'scripted'}">
      <head>
        <meta charset="utf-8" />
        ${head}
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" href="data:," />
        <title>${title}</title>
      </head>
      <body>
        <header class="bar needs-script">
          <p id="title">${title}</p>
          ${does !== 'show' && chooser(examples, does === 'run', does === 'run' && !waits)}
          <p id="status" role="status">${!waits && 'The page is loading.'}</p>
          ${!waits && html`<noscript>It takes JavaScript.</noscript>`}
        </header>
        <section class="first needs-script" aria-label="The storm">
          <div id="verdicts"></div>
          ${stage} ${chart({ breaks: does !== 'show' })}
          ${does !== 'show' && breaking(does === 'run')} ${changed('the run before')} ${ships}
        </section>
        <div id="views">${text}</div>
        ${scripts}
      </body>
    </html> `.text;
}

/** The page that a server or a folder has beside its files. */
export const servedPage = (examples: readonly string[]): string =>
  pageHtml({
    title: 'Firedrill',
    examples,
    does: 'run',
    head: html`<link rel="stylesheet" href="page/page.css" />`,
    scripts: html`<script src="page/charts.js"></script>
      <script type="module" src="page/stdin.js"></script>`,
  });
