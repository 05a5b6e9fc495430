import {
  earlierWeeksContract,
  hangsHoldContract,
  plantedContract,
  repairedHoldsContract,
} from '@firedrill/core/scenario/contract';
import { example } from '../src/example.ts';
import { planted } from './planted/index.ts';

plantedContract(example, planted);
repairedHoldsContract(example, planted);
earlierWeeksContract(example);
hangsHoldContract(example);
