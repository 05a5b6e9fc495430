import { eachCallContract } from '@firedrill/core/scenario/contract';
import { example } from '../src/example.ts';

eachCallContract(example, {
  // As many players as it takes: of 395 strikes 292 meet a call here, and of 359 at 0.45 only 241.
  factor: 0.6,
});
