import { type FaultTarget } from '../services/index.ts';
import { simulate } from '../simulation/index.ts';
import type { AnyExample, World } from './example.ts';
import { eachDeclaration, targetOf } from './outside/index.ts';
import { openWorld } from './open-world.ts';
import { processNames } from './system/process-names.ts';
import type { ExampleTypes } from './types.ts';

/** Found once for each example and settings: a world takes longer to open than many a storm to run. */
const found = new WeakMap<AnyExample, Map<string, Promise<readonly FaultTarget[]>>>();

/**
 * Everything that faults can strike in an example, and how, as its declarations say: they are made
 * once, outside of any run, and asked.
 */
export function faultTargets(
  example: AnyExample,
  settings: object,
): Promise<readonly FaultTarget[]> {
  const ofExample = found.get(example) ?? new Map<string, Promise<readonly FaultTarget[]>>();
  found.set(example, ofExample);
  const key = JSON.stringify(settings);
  const targets = ofExample.get(key) ?? askDeclarations(example, settings);
  ofExample.set(key, targets);
  return targets;
}

/** What is outside and its truth, made once outside of any run, to be asked. */
export async function worldOf(example: AnyExample, settings: object): Promise<World<ExampleTypes>> {
  const { value } = await simulate({ seed: 1, start: example.startsAt }, async (simulation) => {
    const { world, close } = await openWorld({
      example,
      simulation,
      settings,
      faults: [],
      transport: 'in-process',
      id: 'declarations',
      offsetMs: 0,
      write: () => undefined,
    });
    await close();
    return world;
  });
  return value;
}

async function askDeclarations(
  example: AnyExample,
  settings: object,
): Promise<readonly FaultTarget[]> {
  const { outside } = await worldOf(example, settings);
  return [
    ...eachDeclaration(outside).flatMap(targetOf),
    ...processNames(example, settings).map((name): FaultTarget => ({
      name,
      kind: 'process',
      operations: [],
      keys: undefined,
    })),
  ];
}
