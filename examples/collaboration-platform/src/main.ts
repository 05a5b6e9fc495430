import { setFlagsFromString } from 'node:v8';
import { main } from '@firedrill/core/cli';

// Fifty thousand people need 250 MB, and by default the heap may grow to three times that before it is
// collected again. With this it grows by 40 %, for a tenth more time.
setFlagsFromString('--heap-growing-percent=40');

await main({ name: 'collaboration-platform', load: () => import('./example.ts') });
