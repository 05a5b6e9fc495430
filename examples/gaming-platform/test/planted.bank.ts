import { earlierWeeksContract, plantedContract } from '@firedrill/core/scenario/contract';
import { example } from '../src/example.ts';
import { elusive, planted } from './planted/index.ts';

plantedContract(example, planted);
plantedContract(example, elusive, { seed: 5 });
earlierWeeksContract(example);
