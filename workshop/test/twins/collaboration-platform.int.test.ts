import { declareTwins } from './declare-twins.ts';

await declareTwins('collaboration-platform');
