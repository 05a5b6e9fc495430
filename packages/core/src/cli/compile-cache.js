// In JavaScript and before everything else (`node --import`): with a cache of what was compiled, Node
// needs no compiler of TypeScript for a second start, which takes 100 ms to load.
import { enableCompileCache } from 'node:module';

enableCompileCache();
