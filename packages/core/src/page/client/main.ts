import { createWorkbench } from './workbench.ts';

createWorkbench(
  (example) =>
    new Worker(new URL(`../worker/${example}/stdin.js`, import.meta.url), { type: 'module' }),
).start();
