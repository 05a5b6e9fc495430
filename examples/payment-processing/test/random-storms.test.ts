import { randomStormsContract } from '@firedrill/core/scenario/contract';
import { example } from '../src/example.ts';

randomStormsContract(example, { storms: 40 });
