import type { RunRecord } from '../../scenario/record.ts';
import { readRecord } from '../../report/read-record.ts';
import { emptyRun, reduce } from '../../report/run-state.ts';
import { parseAddress } from '../address.ts';
import { byId } from './elements.ts';
import { createForm } from './form.ts';
import { createRunPage } from './run-page.ts';
import { createStorms } from './storms.ts';

const examples = [...byId('example', HTMLSelectElement).options].map(({ value }) => value);
const page = createRunPage((fromMs, toMs) => form.offerWindow(fromMs, toMs));
const form = createForm(
  (address) => storms.run(address),
  (file) => void open(file),
);
const storms = createStorms({
  page,
  form,
  openWorker: (example) =>
    new Worker(new URL(`../worker/${example}/stdin.js`, import.meta.url), { type: 'module' }),
});

/** Shows a saved record. */
async function open(file: File): Promise<void> {
  storms.stop();
  try {
    const state = emptyRun();
    const text = await file.text();
    const records: AsyncIterable<RunRecord> = readRecord(text.split('\n'));
    for await (const record of records) reduce(state, record);
    page.show(state);
  } catch (error) {
    page.say(error instanceof Error ? error.message : String(error), true);
  }
}

function start(): void {
  try {
    const address = parseAddress(location.hash, examples);
    form.fill(address);
    storms.run(address);
  } catch (error) {
    page.say(error instanceof Error ? error.message : String(error), true);
  }
}

addEventListener('hashchange', start);
start();
