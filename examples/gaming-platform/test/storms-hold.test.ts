import { stormsHoldContract } from '@firedrill/core/scenario/contract';
import { example } from '../src/example.ts';

stormsHoldContract(example, { storms: 8 });
