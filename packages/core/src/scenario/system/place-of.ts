import { sourceStack } from '../../simulation/index.ts';

/**
 * The first place of a stack that lies in a system's own source, as `implementations/mine.ts:31`:
 * not in a package, the runtime or this library. `undefined` when there is none.
 */
export function placeOf(stack: string): string | undefined {
  for (const line of sourceStack(stack).split('\n')) {
    const match = /(?:\(|at |async )(?:file:\/\/)?([^\s()]+):(\d+):\d+\)?$/.exec(line.trim());
    if (match === null) continue;
    const [, path = '', row = ''] = match;
    if (path.startsWith('node:') || path.includes('/node_modules/')) continue;
    if (path.includes('/packages/core/src/')) continue;
    return `${path.replace(/^.*\/src\//, '')}:${row}`;
  }
  return undefined;
}
