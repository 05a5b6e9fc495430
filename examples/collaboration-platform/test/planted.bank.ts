import { earlierWeeksContract, plantedContract } from '@firedrill/core/scenario/contract';
import { example } from '../src/example.ts';
import { elusive, planted } from './planted/index.ts';
import { small } from './small.ts';

plantedContract(example, planted, { settings: small });
plantedContract(example, elusive, { settings: small, seed: 3 });
earlierWeeksContract(example);
