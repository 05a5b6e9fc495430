import { exampleContract } from '@firedrill/core/scenario/contract';

if (typeof exampleContract !== 'function') throw new Error('There is no contract.');
