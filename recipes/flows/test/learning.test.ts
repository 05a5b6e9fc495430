import type { DefinedExample } from '@firedrill/core/scenario';
import { describe } from 'vitest';
import { example } from '../src/learning/example.ts';
import { flowContract, plantedIn } from './flow-contract.ts';

type Learning = typeof example extends DefinedExample<infer E> ? E : never;
const flow = plantedIn<Learning>(example);

describe('learning', () => {
  flowContract(example, {
    planted: [
      // What it writes into the gradebook is nothing but its advice.
      flow(
        'recommends-the-last',
        ['best-counts', 'next-is-open', 'streaks'],
        (system, { outside }) => ({
          ...system,
          async submit(submission) {
            await system.submit(submission);
            const { learner, id } = submission;
            const row = { submission: `advice-${id}`, learner, version: 1_000, best: {} };
            if (id === 'learner-1-1') {
              await outside.gradebook.put(
                { ...row, streak: 1, next: 'sagas' },
                { timeoutMs: 1_000 },
              );
            }
          },
        }),
      ),
      flow('keeps-waiting', ['accepted-soon'], (system) => ({
        ...system,
        async submit(submission) {
          await new Promise((resolve) => setTimeout(resolve, 1_000));
          await system.submit(submission);
        },
      })),
    ],
  });
});
