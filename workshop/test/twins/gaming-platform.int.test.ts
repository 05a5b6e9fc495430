import { declareTwins } from './declare-twins.ts';

await declareTwins('gaming-platform');
