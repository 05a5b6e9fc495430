import { main } from '@firedrill/core/cli';

await main({ name: 'collaboration-platform', load: () => import('./example.ts') });
