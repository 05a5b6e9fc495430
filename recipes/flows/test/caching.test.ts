import { describe } from 'vitest';
import { example } from '../src/caching/example.ts';
import { flowContract } from './flow-contract.ts';

describe('caching', () => {
  flowContract(example);
});
