import { parseAddress } from '../address.ts';
import { byId } from './elements.ts';
import { createForm, type Form } from './form.ts';
import { createRunPage, type RunPage } from './run-page.ts';
import { createStorms, type StormsOptions } from './storms.ts';

/** A page that runs storms. */
export interface Workbench {
  readonly page: RunPage;
  readonly form: Form;
  /** Runs what the address bar says. */
  readonly start: () => void;
}

export interface WorkbenchOptions extends Pick<StormsOptions, 'openWorker'> {
  /** Shows a record that was dropped or picked; without it the page takes none. */
  readonly openRecord?: (file: File, page: RunPage) => Promise<void>;
}

/** Brings the form of the page, its chart and its workers together. */
export function createWorkbench({ openWorker, openRecord }: WorkbenchOptions): Workbench {
  const examples = [...byId('example', HTMLSelectElement).options].map(({ value }) => value);
  const page = createRunPage((fromMs, toMs) => form.offerWindow(fromMs, toMs));
  const fail = (error: unknown): void =>
    page.say(error instanceof Error ? error.message : String(error), true);
  const onFile =
    openRecord &&
    ((file: File): void => {
      storms.stop();
      openRecord(file, page).catch(fail);
    });
  const form = createForm((address) => storms.run(address), onFile);
  const storms = createStorms({ page, form, openWorker });

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
