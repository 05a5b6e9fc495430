import type { RunRecord } from '../../scenario/record.ts';
import { emptyRun, reduce, type RunState } from '../../report/run-state.ts';
import type { Enclosed } from '../origin.ts';
import { byId } from './elements.ts';
import { unpack } from './unpack.ts';

/** What stands beside the record in a page of one file. */
export const readEnclosed = (): Enclosed =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what made the page wrote it
  JSON.parse(byId('enclosed', HTMLElement).textContent) as Enclosed;

/** The run whose record stands in the page. */
export async function enclosedRun(): Promise<RunState> {
  const state = emptyRun();
  for (const line of (await unpack('record')).split('\n')) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what made the page wrote it
    reduce(state, JSON.parse(line) as RunRecord);
  }
  return state;
}
