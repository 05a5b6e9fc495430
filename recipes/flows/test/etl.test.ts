import { describe } from 'vitest';
import { example, type Loading, runEtl } from '../src/etl/example.ts';
import { flowContract, plantedIn } from './flow-contract.ts';

const flow = plantedIn<Loading>(example);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('etl', () => {
  flowContract(example, {
    planted: [
      flow('loads-late', ['fresh-tills', 'fresh-web'], (_system, context) => {
        const { warehouse } = context.outside;
        const slow: typeof warehouse = {
          ...warehouse,
          async upsert(...call) {
            await pause(25_000);
            return warehouse.upsert(...call);
          },
        };
        return runEtl({ ...context, outside: { ...context.outside, warehouse: slow } });
      }),
      flow('says-anything', ['reasons-fit'], (_system, context) => {
        const { quarantine } = context.outside;
        const vague: typeof quarantine = {
          ...quarantine,
          put: ({ refused }, options) =>
            quarantine.put(
              { refused: refused.map((each) => ({ ...each, reason: 'it is wrong' })) },
              options,
            ),
        };
        return runEtl({ ...context, outside: { ...context.outside, quarantine: vague } });
      }),
    ],
  });
});
