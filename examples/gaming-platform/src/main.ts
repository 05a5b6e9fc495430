import { main } from '@firedrill/core/cli';

await main({ name: 'gaming-platform', load: () => import('./example.ts') });
