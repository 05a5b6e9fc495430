import { simulate } from '@firedrill/core/simulation';
import type { Context } from '../src/system.ts';

/** The clock of a process, in virtual time. */
export const clock: Context['clock'] = {
  elapsedMs: () => performance.now(),
  now: () => Date.now(),
};

/** Runs `body` on a day in virtual time, which starts at 0 ms. */
export async function inVirtualTime(body: () => Promise<void>): Promise<void> {
  await simulate({ seed: 1, start: '2026-11-27T14:00:00Z' }, body);
}

/** What a part uses of its context, for the whole of it. */
export const contextOf = (used: object): Context =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a part is given what it uses
  used as unknown as Context;
