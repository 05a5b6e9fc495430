import { expect, test } from '../../peers/vitest.ts';
import {
  stormLine,
  strikeEachCall,
  type StrikeDueOptions,
  type StrikeOptions,
  strikeWhatIsDue,
} from '../../swarm/index.ts';
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
  options: EachCallOptions = {},
): void {
  holds(defined, 'whichever call is struck, and however', strikeEachCall, options);
}

/** Declares the same of what is due in the quiet days after the load; see `strikeWhatIsDue`. */
export function whatIsDueContract<E extends ExampleTypes>(
  defined: DefinedExample<E>,
  { trouble, ...options }: EachCallOptions & Pick<StrikeDueOptions, 'trouble'>,
): void {
  holds(
    defined,
    'whatever is struck that is due after the load',
    (example, repaired, given) =>
      strikeWhatIsDue(example, repaired, { ...given, ...(trouble && { trouble }) }),
    options,
  );
}

function holds<E extends ExampleTypes>(
  defined: DefinedExample<E>,
  what: string,
  strike: typeof strikeEachCall,
  { where, unreached = [], settings, factor }: EachCallOptions,
): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the contract knows no example
  const example = defined as unknown as AnyExample;
  const repaired = repairedOf(example);
  test(`${repaired.name} holds ${what}${where === undefined ? '' : `, ${where}`}`, async () => {
    const found = await strike(example, repaired, {
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
