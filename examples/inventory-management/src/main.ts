import { main } from '@firedrill/core/cli';

await main({ name: 'inventory-management', load: () => import('./example.ts') });
