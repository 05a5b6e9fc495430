#!/usr/bin/env node
import { join } from 'node:path';
import { findExamples, findExamplesOf } from './find-examples.ts';
import { swarmTool } from './swarm-tool.ts';

const root = join(import.meta.dirname, '../../../..');
await swarmTool(() => [
  ...findExamples(join(root, 'examples')),
  ...findExamplesOf(join(root, 'recipes'), 'flows'),
]);
