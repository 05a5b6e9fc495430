import { describe } from 'vitest';
import { example, type Game, runGame } from '../src/game-events/example.ts';
import { flowContract, plantedIn } from './flow-contract.ts';

const flow = plantedIn<Game>(example);

describe('game-events', () => {
  flowContract(example, {
    planted: [
      flow('publishes-late', ['result-soon'], (_system, context) => {
        const { archive } = context.outside;
        const slow: typeof archive = {
          ...archive,
          async result(...call) {
            await new Promise((resolve) => setTimeout(resolve, 3_000));
            return archive.result(...call);
          },
        };
        return runGame({ ...context, outside: { ...context.outside, archive: slow } });
      }),
    ],
  });
});
