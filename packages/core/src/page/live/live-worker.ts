import { parentPort, workerData } from 'node:worker_threads';
import { chartLibrary } from '../../report/html/chart-library.ts';
import { html } from '../../report/html/markup.ts';
import { liveScript } from '../bundle.ts';
import { pageHtml } from '../page-html.ts';
import { pageStyle } from '../page-style.ts';
import { type Asset, startServer } from '../server.ts';
import type { LiveMessage, LiveThread } from './live-page.ts';

/** Lines of one answer: what a peer can make this process hold for it is bounded. */
const mostLines = 1_000;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what started the thread gave it
const { example, origin, port } = workerData as LiveThread;
const lines: string[] = [];
let script: Promise<string> | undefined;

const page = pageHtml({
  title: 'Firedrill',
  examples: [example],
  does: 'tell',
  head: html`<link rel="stylesheet" href="page/page.css" />`,
  scripts: html`<script src="page/charts.js"></script>
    <script src="page/live.js"></script>`,
});

async function find(path: string): Promise<Asset | undefined> {
  if (path === '/') return { type: 'text/html', text: page };
  if (path === '/origin.json') return { type: 'application/json', text: JSON.stringify(origin) };
  if (path === '/page/page.css') return { type: 'text/css', text: await pageStyle() };
  if (path === '/page/charts.js') {
    return { type: 'text/javascript', text: chartLibrary('uPlot.iife.min.js') };
  }
  if (path === '/page/live.js') {
    script ??= liveScript();
    return { type: 'text/javascript', text: await script };
  }
  const [, from] = /^\/record\/(\d{1,9})$/.exec(path) ?? [];
  if (from === undefined) return undefined;
  const at = Number(from);
  return { type: 'application/json', text: lines.slice(at, at + mostLines).join('\n') };
}

const server = await startServer(find, { port: 0 });
port.on('message', (message: LiveMessage) => {
  if (message.type === 'line') lines.push(message.line);
  else void server.stop().then(() => port.close());
});
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, no window
parentPort?.postMessage(server.url);
