import { describe } from 'vitest';
import { type Auth, example } from '../src/authentication/example.ts';
import { flowContract, plantedIn } from './flow-contract.ts';

const flow = plantedIn<Auth>(example);

describe('authentication', () => {
  flowContract(example, {
    planted: [
      flow('thinks-long', ['in-soon'], (system) => ({
        ...system,
        async ask(what, data) {
          await new Promise((resolve) => setTimeout(resolve, 1_000));
          return system.ask(what, data);
        },
      })),
      flow('is-slow-for-nobody', ['no-telling-time'], (system) => ({
        ...system,
        async ask(what, data) {
          const isNobody = 'email' in data && data.email.startsWith('visitor-');
          if (isNobody) await new Promise((resolve) => setTimeout(resolve, 100));
          return system.ask(what, data);
        },
      })),
    ],
  });
});
