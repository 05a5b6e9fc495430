import { describe } from 'vitest';
import { example } from '../src/notifications/example.ts';
import { flowContract } from './flow-contract.ts';

describe('notifications', () => {
  flowContract(example);
});
