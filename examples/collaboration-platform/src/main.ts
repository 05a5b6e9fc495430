import { setFlagsFromString } from 'node:v8';
import { main } from '@firedrill/core/cli';

// Fifty thousand people need 250 MB, and by default the heap may grow to three times that before it is
// collected again. With this it grows by 70 %, which bounds the memory of a run at little cost.
setFlagsFromString('--heap-growing-percent=70');

await main({ name: 'collaboration-platform', load: () => import('./example.ts') });
