import {
  earlierWeeksContract,
  plantedContract,
  repairedHoldsContract,
} from '@firedrill/core/scenario/contract';
import { example } from '../src/example.ts';
import { planted } from './planted/index.ts';
import { small } from './small.ts';

plantedContract(example, planted, { settings: small });
repairedHoldsContract(example, planted, { settings: small });
earlierWeeksContract(example);
