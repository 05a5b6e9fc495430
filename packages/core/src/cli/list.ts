import { type AnyExample, implementationsOf, titleOf } from '../scenario/example.ts';
import { faultTargets } from '../scenario/fault-targets.ts';
import { type ScenarioName, scenarioNames } from '../scenario/scenario.ts';
import { faultKindsOf, type FaultKind, type FaultTarget } from '../services/index.ts';
import { describeSettings, parseSettings, type SettingInfo } from './settings.ts';

/** Everything that the flags of an example may name. */
export interface Catalog {
  readonly example: string;
  readonly title: string;
  readonly scenarios: readonly {
    readonly name: ScenarioName;
    readonly title: string;
    /** The cause that it names, and that its run proves. */
    readonly cause?: string;
  }[];
  readonly implementations: readonly {
    readonly name: string;
    readonly title: string;
    readonly flaw: string;
    readonly role: 'flawed' | 'repaired' | 'lazy';
  }[];
  readonly settings: readonly SettingInfo[];
  /** What faults can strike, and how. */
  readonly targets: readonly Target[];
  readonly traceFields: Readonly<Record<string, string>>;
}

/** Something that faults can strike. */
export interface Target extends Omit<FaultTarget, 'keys'> {
  /** What its keys are, in the plural; left out when its calls carry none. */
  readonly keys?: string;
  readonly faults: readonly FaultKind[];
}

/** What `--list --json` prints. */
export async function catalogOf(example: AnyExample): Promise<Catalog> {
  return {
    example: example.name,
    title: example.title,
    scenarios: scenarioNames.map((name) => {
      const scenario = example.scenarios[name];
      const cause = scenario.kind === 'storm' ? scenario.cause : undefined;
      return { name, title: scenario.title, ...(cause && { cause: cause.label }) };
    }),
    implementations: implementationsOf(example).map((one) => ({
      name: one.name,
      title: titleOf(one),
      flaw: one.flaw,
      role: Object.hasOwn(example.lazy, one.name) ? ('lazy' as const) : (one.role ?? 'flawed'),
    })),
    settings: describeSettings(example.settings),
    targets: await targetsOf(example),
    traceFields: example.traceFields ?? {},
  };
}

/** What faults can strike under the default settings. */
export async function targetsOf(example: AnyExample): Promise<readonly Target[]> {
  const { settings: defaults } = parseSettings(example.settings, []);
  const targets = await faultTargets(example, defaults);
  return targets.map((target) => {
    const { name, kind, operations, keys } = target;
    return {
      name,
      kind,
      operations,
      ...(keys !== undefined && { keys }),
      faults: faultKindsOf(target),
    };
  });
}

/** What `--list` prints. */
export function catalogText(catalog: Catalog): string {
  const { scenarios, implementations, settings, targets, traceFields } = catalog;
  return [
    `${catalog.example}: ${catalog.title}`,
    section(
      'Scenarios (--scenario)',
      scenarios.map(({ name, title }) => [
        name,
        name === 'story' ? `${title} (without --scenario)` : title,
      ]),
    ),
    section(
      'Implementations (--implementation)',
      implementations.map(({ name, flaw, role }) => [
        name,
        role === 'flawed' ? flaw : `${flaw} (${role})`,
      ]),
    ),
    settingsSection(settings),
    section('What faults can strike (--fault)', targetRows(targets)),
    section('Fields of a trace (--trace)', Object.entries(traceFields)),
  ].join('\n');
}

/** The settings with their defaults, for the list and the help. */
export function settingsSection(settings: readonly SettingInfo[]): string {
  return section(
    'Settings (--set), with their defaults',
    settings.map(({ name, default: value, description, range }) => [
      `${name}=${String(value)}`,
      description === '' ? range : `${description} (${range})`,
    ]),
  );
}

/** What can be struck, and in which ways; those of one kind can be struck in the same ways. */
export const targetRows = (targets: readonly Target[]): readonly (readonly [string, string])[] =>
  targets.map(({ name, kind, keys, faults }) => [
    name,
    `${kind}${keys === undefined ? '' : ` with ${keys} as its keys`}: ${faults.join(', ')}`,
  ]);

export function section(heading: string, rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  const lines = rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`.trimEnd());
  return `\n${heading}\n${lines.length === 0 ? '  none' : lines.join('\n')}`;
}
