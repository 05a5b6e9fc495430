import { declareTwins } from './declare-twins.ts';

await declareTwins('payment-processing');
