#!/usr/bin/env node
import { runCapacity } from './run.ts';

await runCapacity(process.argv.slice(2));
