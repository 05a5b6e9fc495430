#!/usr/bin/env node
await import('./old-node.js');

await import('../capacity-cli/main.ts');
