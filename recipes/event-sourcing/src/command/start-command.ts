/** The beginning of every command that starts a recipe. */
export const startCommand = 'pnpm --filter event-sourcing-recipes start --';

/** A recipe that starts itself again as a child sets this: the child does not introduce itself. */
export const childVariable = 'RECIPE_CHILD';
