import type { Recipe } from './recipe.ts';
import { basic } from './recipes/basic.ts';

/** All recipes, in the order in which they are best read. */
export const recipes: readonly Recipe[] = [basic];

/** The beginning of every command that starts a recipe. */
export const startCommand = 'pnpm --filter event-sourcing-recipes start --';
