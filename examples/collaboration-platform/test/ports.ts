import type { Ports } from '../src/implementations/hardened/ports.ts';

/** A world that grants everything, and keeps nothing but what a test lets it keep. */
export const portsWith = (changes: Partial<Ports>): Ports => ({
  checkPermission: async () => ({ role: 'admin', number: 0 }),
  decide: async () => ({ number: 0 }),
  load: async () => undefined,
  save: async () => {},
  recordHistory: async () => {},
  trackAnalytics: async () => {},
  nowMs: () => performance.now(),
  random: () => 0.5,
  count: () => {},
  onFault: () => {},
  ...changes,
});
