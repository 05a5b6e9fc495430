import { addSourceMap } from '../../simulation/host/browser/source-maps.ts';

/**
 * The source map of a script that has it at its own end, where it moves no line: as a call of
 * `takeSourceMap`, which is there from now on.
 *
 * @param script the name by which stacks call the script
 */
export function awaitSourceMap(script: string): Promise<void> {
  return new Promise((resolve) => {
    Object.assign(globalThis, {
      takeSourceMap(map: Parameters<typeof addSourceMap>[1]) {
        addSourceMap(script, map);
        resolve();
      },
    });
  });
}
