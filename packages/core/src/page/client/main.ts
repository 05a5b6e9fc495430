import type { RunRecord } from '../../scenario/record.ts';
import { runViews } from '../../report/html/run-views.ts';
import { readRecord } from '../../report/read-record.ts';
import { emptyRun, reduce, type RunState } from '../../report/run-state.ts';
import { type Address, formatAddress, parseAddress } from '../address.ts';
import { differences } from '../differences.ts';
import type { WorkerMessage } from '../protocol.ts';
import { byId, element } from './elements.ts';
import { createForm } from './form.ts';
import { type Clock, showVerdicts, startClock } from './clock.ts';
import { createOverview } from './overview.ts';

declare global {
  /** Draws the charts of what is in `#views`; the script of the report. */
  // oxlint-disable-next-line no-var -- a global function of another script
  var drawCharts: () => void;
}

const examples = [...byId('example', HTMLSelectElement).options].map(({ value }) => value);
const form = createForm(run, (file) => void open(file));
const overview = createOverview({
  onMoment: (atMs) => clock?.choose(atMs),
  onWindow: (fromMs, toMs) => form.offerWindow(fromMs, toMs),
});
/** How long records are gathered before the chart of a run under way is drawn again, in ms. */
const redrawMs = 250;

/** The run that is shown, and the one before it. */
let shown: RunState | undefined;
let clock: Clock | undefined;
let worker: Worker | undefined;

function say(text: string, isBad = false): void {
  const status = byId('status', HTMLElement);
  status.textContent = text;
  status.classList.toggle('bad', isBad);
}

/** Runs a storm in a worker of its own, and shows it when it has ended. */
function run(address: Address): void {
  worker?.terminate();
  history.replaceState(null, '', `#${formatAddress(address)}`);
  const state = emptyRun();
  let drawnAtMs = 0;
  const file = new URL(`../worker/${address.example}/stdin.js`, import.meta.url);
  const own = new Worker(file, { type: 'module' });
  worker = own;
  say('The worker starts.');
  own.addEventListener('error', ({ message }) => say(`The worker failed: ${message}`, true));
  own.addEventListener('message', ({ data }: MessageEvent<WorkerMessage>) => {
    if (data.type === 'ready') {
      form.describe(data.about);
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, no window
      own.postMessage(address.request);
    } else if (data.type === 'records') {
      for (const record of data.records) reduce(state, record);
      const phase = state.phases.at(-1);
      if (phase !== undefined) say(`${phase.title}: ${Math.round(phase.atMs / 60_000)} min`);
      if (performance.now() - drawnAtMs < redrawMs) return;
      overview.show(state, comparable(state));
      drawnAtMs = performance.now();
    } else {
      own.terminate();
      if (data.type === 'failed') say(data.message, true);
      else show(state, address);
    }
  });
}

/** The run before, where it is of the same example. */
function comparable(state: RunState): RunState | undefined {
  return shown?.started?.example === state.started?.example ? shown : undefined;
}

/** When the first critical signal was seen, in virtual ms; the beginning where none was. */
function firstTrouble({ phases }: RunState): number {
  const critical = phases.flatMap(({ events }) =>
    events.flatMap((event) =>
      event.kind === 'signal' && event.severity === 'critical' ? [event.atMs] : [],
    ),
  );
  return critical.length === 0 ? 0 : Math.min(...critical);
}

/** Shows a saved record. */
async function open(file: File): Promise<void> {
  worker?.terminate();
  try {
    const state = emptyRun();
    const text = await file.text();
    const records: AsyncIterable<RunRecord> = readRecord(text.split('\n'));
    for await (const record of records) reduce(state, record);
    show(state, undefined);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error), true);
  }
}

/** @param address of the run; a record that was saved has none */
function show(state: RunState, address: Address | undefined): void {
  const { started, finished } = state;
  if (started === undefined) {
    say('There is no run in it: it has no record "run.started".', true);
    return;
  }
  clock?.stop();
  const views = byId('views', HTMLElement);
  views.innerHTML = runViews(state, started).text;
  byId('title', HTMLElement).textContent = started.title;
  byId('stage', HTMLElement).hidden = false;
  showVerdicts(state);
  const before = comparable(state);
  const changes = before === undefined ? [] : differences(before, state);
  byId('changes', HTMLElement).replaceChildren(...changes.map((text) => element('li', text)));
  byId('changed', HTMLElement).hidden = changes.length === 0;
  overview.show(state, before);
  clock = startClock(state, address?.atMs ?? firstTrouble(state), {
    onMove: (atMs) => overview.moveTo(atMs),
    onChoice(atMs) {
      if (address === undefined) return;
      history.replaceState(null, '', `#${formatAddress({ ...address, atMs })}`);
    },
  });
  shown = state;
  globalThis.drawCharts();
  say(
    finished === undefined
      ? 'The run did not finish.'
      : `${finished.reason} Hash ${finished.hash.slice(0, 16)}`,
  );
}

function start(): void {
  try {
    const address = parseAddress(location.hash, examples);
    form.fill(address);
    run(address);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error), true);
  }
}

addEventListener('hashchange', start);
start();
