import { eachCallContract } from '@firedrill/core/scenario/contract';
import { example } from '../src/example.ts';

eachCallContract(example, {
  where: 'with everything that a setting brings',
  settings: Object.fromEntries((example.swarm?.switches ?? []).map((name) => [name, 1])),
  unreached: [
    // The statements of earlier weeks, and what moves their records before the first request.
    ...['remove', 'plain', 'migrate'].map((each) => `records.${each}`),
    ...['book', 'cancel', 'isHeld'].map((each) => `calendar.${each}`),
    'kms.wrap',
  ],
});
