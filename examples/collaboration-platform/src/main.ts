import { setFlagsFromString } from 'node:v8';
import { main } from '@firedrill/core/cli';

// Fifty thousand people need 250 MB, and by default the heap may grow to three times that before it is
// collected again. With this it may double, which bounds the memory of a run at little cost.
setFlagsFromString('--heap-growing-percent=100');

await main({ name: 'collaboration-platform', load: () => import('./example.ts') });
