import { eachCallContract } from '@firedrill/core/scenario/contract';
import { example } from '../src/example.ts';

eachCallContract(example, {
  // What a shard reads when it starts: each crash leads to it.
  unreached: ['cases.all'],
});
