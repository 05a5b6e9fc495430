#!/usr/bin/env node
await import('./old-node.js');

const { runFiredrill } = await import('./run.ts');
await runFiredrill(process.argv.slice(2));
