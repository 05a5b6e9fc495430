import type { Flow } from '@firedrill/core/flows';
import { type AnyExample, worldOf } from '@firedrill/core/scenario';

/** The flow of an example, as its broker has it. */
export async function flowOf(example: AnyExample): Promise<Flow> {
  const { outside } = await worldOf(example, example.settings.parse({}));
  const broker: unknown = Reflect.get(outside, 'broker');
  if (typeof broker === 'object' && broker !== null && 'flow' in broker) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- set by `defineBroker`
    return broker.flow as Flow;
  }
  throw new TypeError(`${example.name} has no broker among what is outside.`);
}
