import type { DefinedExample } from '@firedrill/core/scenario';
import { describe } from 'vitest';
import { example } from '../src/moderation/example.ts';
import { flowContract, plantedIn } from './flow-contract.ts';

type Moderation = typeof example extends DefinedExample<infer E> ? E : never;
const flow = plantedIn<Moderation>(example);

describe('moderation', () => {
  flowContract(example, {
    planted: [
      // What it has not looked at yet is lost in the crash.
      flow('looks-later', ['bad-is-down', 'report-complete'], (system) => ({
        ...system,
        async publish(post) {
          setTimeout(() => void system.publish(post), 150_000);
        },
      })),
      flow('keeps-waiting', ['accepted-soon'], (system) => ({
        ...system,
        async publish(post) {
          await new Promise((resolve) => setTimeout(resolve, 1_000));
          await system.publish(post);
        },
      })),
    ],
  });
});
