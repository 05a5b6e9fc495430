import { type FlowTypes, flowWords } from '@firedrill/core/flows';
import { z } from 'zod';

const n = z.object({ n: z.number() });
const events = { e0: n, e1: n, e2: n, e3: n, e4: n };

interface Chain extends FlowTypes {
  readonly events: typeof events;
  readonly outside: { readonly ended: () => void };
  readonly tables: object;
}
const { step, defineFlow } = flowWords<Chain>();
const idempotent = { byNature: 'it hands on what it was given' };

/** A chain of five steps that do nothing but hand on; the last one says that it was reached. */
export const chainFlow = defineFlow({
  name: 'chain',
  events,
  steps: [
    step('s0', { on: 'e0', idempotent, run: (data) => ({ event: 'e1', data }) }),
    step('s1', { on: 'e1', idempotent, run: (data) => ({ event: 'e2', data }) }),
    step('s2', { on: 'e2', idempotent, run: (data) => ({ event: 'e3', data }) }),
    step('s3', { on: 'e3', idempotent, run: (data) => ({ event: 'e4', data }) }),
    step('s4', { on: 'e4', idempotent, run: (_, { outside }) => outside.ended() }),
  ],
});
