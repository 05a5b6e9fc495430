import { main } from '@firedrill/core/cli';

await main({ name: 'audit-compliance', load: () => import('./example.ts') });
