import type { SystemContext } from './context.ts';
import type { ExampleTypes } from './types.ts';

/** One way to build the system. All implementations of an example share one interface. */
export interface Implementation<E extends ExampleTypes> {
  /** Kebab-case; the value of `--implementation`, and the id of its phase. */
  readonly name: string;
  /** The week in which a team builds it: the order in tables. Of one week, the name decides. */
  readonly week: number;
  /** The flaw in one sentence, or what makes it hold. */
  readonly flaw: string;
  /** `repaired`: the one that holds. There is one in each example. */
  readonly role?: 'repaired';
  /**
   * Names of the rules that it breaks in the storm: these, all of them and no other, which the
   * contract test holds it to. Left out: nothing is claimed, as of one that is being written.
   */
  readonly breaks?: readonly string[];
  /** Makes the system of one process; again after each crash, with nothing in memory. */
  readonly create: (context: SystemContext<E>) => E['system'];
}

/** What people read: `1. direct calls`. */
export const titleOf = ({
  week,
  name,
}: Pick<Implementation<ExampleTypes>, 'week' | 'name'>): string =>
  `${week}. ${name.replaceAll('-', ' ')}`;
