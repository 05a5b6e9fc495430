#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Spares the second start the parsing of what loads from here on.
enableCompileCache();
const { runCapacity } = await import('./run.ts');
await runCapacity(process.argv.slice(2));
