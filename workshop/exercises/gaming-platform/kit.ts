/** What the exercises of this incident are given: types of the example, and parts that hold already. */

export { createCells } from './cells.ts';
export {
  maxStepM,
  achievementsBetween,
  hasEffect,
  isPossible,
  maxAttacksPerSecond,
  maxSpeedMPerS,
  type PlayerState,
  type ReceivedInput,
  stepLengthM,
  type Suspicion,
  type Update,
} from 'gaming-platform/src/domain.ts';
export { createAfterthought } from 'gaming-platform/src/implementations/early/afterthought.ts';
export { createPlainShard } from 'gaming-platform/src/implementations/early/plain-shard.ts';
export { createSideEffects } from 'gaming-platform/src/implementations/early/side-effects.ts';
export type {
  AntiCheat,
  Finding,
} from 'gaming-platform/src/implementations/hardened/anti-cheat.ts';
export {
  createGame,
  hardenedParts,
  type Parts,
} from 'gaming-platform/src/implementations/hardened/game.ts';
export type { Interest } from 'gaming-platform/src/implementations/hardened/interest.ts';
export type { Outbox } from 'gaming-platform/src/implementations/hardened/outbox.ts';
export { createPatterns } from 'gaming-platform/src/implementations/hardened/patterns.ts';
export type { Offence } from 'gaming-platform/src/implementations/hardened/rules.ts';
export type { Step } from 'gaming-platform/src/implementations/hardened/settling.ts';
export type { WriteBehind } from 'gaming-platform/src/implementations/hardened/write-behind.ts';
export type { Change } from 'gaming-platform/src/implementations/shard/arena.ts';
export { reports } from 'gaming-platform/src/reports.ts';
export type { Context, CreateSystem, Outside } from 'gaming-platform/src/system.ts';
