import { expect, test } from '../../peers/vitest.ts';
import { stormLine, strikeEachCall, type StrikeOptions } from '../../swarm/index.ts';
import type { AnyExample, DefinedExample } from '../example.ts';
import { repairedOf } from '../example.ts';
import type { ExampleTypes } from '../types.ts';

/** In what calls are struck, and what is known not to be reached. */
interface EachCallOptions extends Pick<StrikeOptions, 'settings' | 'factor'> {
  /** What the settings bring, for the title. Default: nothing is said. */
  readonly where?: string;
  /** Operations that nothing leads to here, as `service.operation`. Default: none. */
  readonly unreached?: readonly string[];
}

/**
 * Declares the test, with vitest, that the repaired system holds whichever of its calls is struck, and however;
 * see `strikeEachCall`. What is not reached any more turns it red as well.
 */
export function eachCallContract<E extends ExampleTypes>(
  defined: DefinedExample<E>,
  { where, unreached = [], settings, factor }: EachCallOptions = {},
): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the contract knows no example
  const example = defined as unknown as AnyExample;
  const repaired = repairedOf(example);
  test(`${repaired.name} holds whichever call is struck, and however${where === undefined ? '' : `, ${where}`}`, async () => {
    const found = await strikeEachCall(example, repaired, {
      settings: { ...example.swarm?.small, ...settings },
      ...(factor !== undefined && { factor }),
    });
    const told = found.broken.map(
      ({ rule, text, blows, storm }) =>
        `${rule}: ${text}, with ${blows}\n${stormLine(example.name, storm)}`,
    );
    expect(told, told.join('\n')).toEqual([]);
    expect(found.unreached).toEqual(unreached);
  });
}
