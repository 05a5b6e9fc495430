#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Spares the second start the parsing of what loads from here on.
enableCompileCache();
const { runProgram } = await import('./command/program.ts');
await runProgram(process.argv.slice(2));
