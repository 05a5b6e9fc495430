import { declareTwins } from './declare-twins.ts';

await declareTwins('inventory-management');
