export { drawStorm, strengthOf, type SwarmSpace } from './draw-storm.ts';
export { type Breakage, runSeed, type StormResult } from './run-seed.ts';
export { shrink, type ShrinkOptions, type Shrunk } from './shrink.ts';
export { readStoredStorm, type StoredStorm, storedStormText } from './stored-storm.ts';
export { planStorms, type PlannedStorms, type StormPlan } from './storm-plan.ts';
export { stormLine } from './storm-line.ts';
export { drawnKinds, swarmSpace } from './swarm-space.ts';
export type { SwarmStorm } from './swarm-storm.ts';
export { united } from './united.ts';
