import { eachCallContract } from '@firedrill/core/scenario/contract';
import { example } from '../src/example.ts';

eachCallContract(example, {
  // Few people: each of their calls is one of its kind.
  factor: 0.3,
  settings: { conflicts: 1 },
  unreached: [
    // What a server reads when it starts: each crash leads to it.
    'edit-log.rooms',
  ],
});
