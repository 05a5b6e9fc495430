import { declareTwins } from './declare-twins.ts';

await declareTwins('audit-compliance');
