import type { RunRecord } from '../../scenario/record.ts';
import { readRecord } from '../../report/read-record.ts';
import { emptyRun, reduce } from '../../report/run-state.ts';
import { parseAddress } from '../address.ts';
import { byId } from './elements.ts';
import { createForm, type Form } from './form.ts';
import { createRunPage, type RunPage } from './run-page.ts';
import { createStorms, type StormsOptions } from './storms.ts';

/** A page that runs storms, and opens saved records. */
export interface Workbench {
  readonly page: RunPage;
  readonly form: Form;
  /** Runs what the address bar says. */
  readonly start: () => void;
}

/** Brings the form of the page, its chart and its workers together. */
export function createWorkbench(openWorker: StormsOptions['openWorker']): Workbench {
  const examples = [...byId('example', HTMLSelectElement).options].map(({ value }) => value);
  const page = createRunPage((fromMs, toMs) => form.offerWindow(fromMs, toMs));
  const form = createForm(
    (address) => storms.run(address),
    (file) => void open(file),
  );
  const storms = createStorms({ page, form, openWorker });
  const fail = (error: unknown): void =>
    page.say(error instanceof Error ? error.message : String(error), true);

  async function open(file: File): Promise<void> {
    storms.stop();
    try {
      const state = emptyRun();
      const text = await file.text();
      const records: AsyncIterable<RunRecord> = readRecord(text.split('\n'));
      for await (const record of records) reduce(state, record);
      page.show(state);
    } catch (error) {
      fail(error);
    }
  }
  function start(): void {
    try {
      const address = parseAddress(location.hash, examples);
      form.fill(address);
      storms.run(address);
    } catch (error) {
      fail(error);
    }
  }
  addEventListener('hashchange', start);
  return { page, form, start };
}
