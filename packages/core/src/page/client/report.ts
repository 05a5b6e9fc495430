import type { RunRecord } from '../../scenario/record.ts';
import { emptyRun, reduce } from '../../report/run-state.ts';
import type { Enclosed } from '../origin.ts';
import { createCommandForm } from './commands.ts';
import { byId } from './elements.ts';
import { createRunPage } from './run-page.ts';
import { unpack } from './unpack.ts';

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what made the page wrote it
const enclosed = JSON.parse(byId('enclosed', HTMLElement).textContent) as Enclosed;
const { origin, wall, stretch } = enclosed;
const form = origin && createCommandForm(byId('example', HTMLSelectElement).value, origin);
const page = createRunPage((fromMs, toMs) => form?.offerWindow(fromMs, toMs));

async function show(): Promise<void> {
  const state = emptyRun();
  for (const line of (await unpack('record')).split('\n')) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what made the page wrote it
    reduce(state, JSON.parse(line) as RunRecord);
  }
  page.show(state, { wall, stretch });
}

void show();
