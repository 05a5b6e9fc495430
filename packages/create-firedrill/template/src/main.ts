import { main } from '@firedrill/core/cli';

await main({ name: 'my-incident', load: () => import('./example.ts') });
