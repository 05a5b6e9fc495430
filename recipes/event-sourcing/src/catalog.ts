import type { Recipe } from './recipe.ts';
import { basic } from './recipes/basic.ts';
import { multipleProjections } from './recipes/multiple-projections.ts';
import { partitioned } from './recipes/partitioned.ts';
import { scaling } from './recipes/scaling.ts';
import { singleWorker } from './recipes/single-worker.ts';
import { stopResume } from './recipes/stop-resume.ts';
import { workerPool } from './recipes/worker-pool.ts';

/** All recipes, in the order in which they are best read. */
export const recipes: readonly Recipe[] = [
  basic,
  singleWorker,
  stopResume,
  multipleProjections,
  workerPool,
  partitioned,
  scaling,
];
