import { eachCallContract } from '@firedrill/core/scenario/contract';
import { example } from '../src/example.ts';

eachCallContract(example, {
  factor: 0.8,
  // Most buy, there is always something to sell, and what is held comes back within a minute.
  settings: { abandonShare: 0.1, holdMinutes: 1, hotUnits: 2_000 },
  // The statements of earlier weeks.
  unreached: ['stock.write', 'stock.sell'],
});
