#!/usr/bin/env node
import { join } from 'node:path';
import { pageTool } from './page-tool.ts';

await pageTool(join(import.meta.dirname, '../../../../examples'));
