import type { ScaleScenario } from '@firedrill/core/scenario';
import type { GameSystem } from '../system.ts';
import { ordinaryPlayers, type Settings } from '../settings.ts';
import type { World } from '../world.ts';

export const scale: ScaleScenario<Settings, World, GameSystem> = {
  kind: 'scale',
  title: 'more and more of it',
  intro: [''],
  implementations: ['direct-calls', 'hardened'],
  baseRatePerSecond: (settings) => ordinaryPlayers(settings) / 10,
  multipliers: [1],
  stepMs: 10_000,
  columns: [],
  row: () => ({}),
  conclude: () => ({ note: '', checks: [] }),
  next: '',
};
