import { main } from '@firedrill/core/cli';

await main({ name: 'payment-processing', load: () => import('./example.ts') });
