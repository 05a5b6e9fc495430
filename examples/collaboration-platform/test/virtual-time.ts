import { simulate } from '@firedrill/core/simulation';

/** Runs in virtual time, as from its beginning. */
export async function inVirtualTime(body: () => Promise<void>): Promise<void> {
  await simulate({ seed: 1, start: '2026-03-02T10:00:00Z' }, body);
}
