import type { RunRecord } from '../../scenario/record.ts';
import { emptyRun, reduce } from '../../report/run-state.ts';
import type { RunOrigin } from '../origin.ts';
import { createCommandForm } from './commands.ts';
import { byId } from './elements.ts';
import { createRunPage } from './run-page.ts';

/** How long the page waits before it asks for what has come since, in ms. */
const pollMs = 100;

async function textOf(path: string): Promise<string> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(await response.text());
  return response.text();
}

async function follow(): Promise<void> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the command's own server wrote it
  const origin = JSON.parse(await textOf('origin.json')) as RunOrigin;
  const form = createCommandForm(byId('example', HTMLSelectElement).value, origin);
  const page = createRunPage((fromMs, toMs) => form.offerWindow(fromMs, toMs));
  const state = emptyRun();
  let taken = 0;
  page.say('The run starts.');
  try {
    while (state.finished === undefined) {
      // oxlint-disable-next-line no-await-in-loop -- one answer after the other
      const text = await textOf(`record/${taken}`);
      const lines = text === '' ? [] : text.split('\n');
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the command's own server wrote it
      for (const line of lines) reduce(state, JSON.parse(line) as RunRecord);
      taken += lines.length;
      page.follow(state);
      // oxlint-disable-next-line no-await-in-loop -- it waits for what is not there yet
      if (lines.length === 0) await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
    page.show(state);
  } catch (error) {
    if (state.started !== undefined) page.show(state);
    const cause = error instanceof Error ? error.message : String(error);
    page.say(`The command has ended, or cannot be reached: ${cause}`, true);
  }
}

void follow();
