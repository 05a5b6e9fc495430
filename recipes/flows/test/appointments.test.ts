import { describe } from 'vitest';
import { type Clinic, example } from '../src/appointments/example.ts';
import { flowContract, plantedIn } from './flow-contract.ts';

const flow = plantedIn<Clinic>(example);

describe('appointments', () => {
  flowContract(example, {
    planted: [
      flow('thinks-long', ['answered-soon'], (system) => ({
        ...system,
        async ask(what, visit) {
          if (what === 'request') await new Promise((resolve) => setTimeout(resolve, 6_000));
          await system.ask(what, visit);
        },
      })),
    ],
  });
});
