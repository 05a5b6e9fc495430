import type { AnyExample } from '../scenario/example.ts';

/** Imports the module of an example: `() => import('./example.ts')`. */
export type LoadExample = () => Promise<{ readonly example: AnyExample }>;
