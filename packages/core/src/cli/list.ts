import { scenarioNames, type AnyExample, type ScenarioName } from '../scenario/example.ts';
import { faultKinds } from '../services/fault.ts';
import { describeSettings, type SettingInfo } from './settings.ts';

/** Everything that the flags of an example may name. */
export interface Catalog {
  readonly example: string;
  readonly title: string;
  readonly scenarios: readonly { readonly name: ScenarioName; readonly title: string }[];
  readonly implementations: readonly {
    readonly name: string;
    readonly title: string;
    readonly flaw: string;
  }[];
  readonly settings: readonly SettingInfo[];
  readonly services: readonly string[];
  readonly faultKinds: readonly string[];
  readonly traceFields: Readonly<Record<string, string>>;
}

/** What `--list --json` prints. */
export function catalogOf(example: AnyExample): Catalog {
  return {
    example: example.name,
    title: example.title,
    scenarios: scenarioNames.map((name) => ({ name, title: example.scenarios[name].title })),
    implementations: example.implementations.map(({ name, title, flaw }) => ({
      name,
      title,
      flaw,
    })),
    settings: describeSettings(example.settings),
    services: [...example.services],
    faultKinds,
    traceFields: example.traceFields,
  };
}

/** What `--list` prints. */
export function catalogText(catalog: Catalog): string {
  const { scenarios, implementations, settings, services, traceFields } = catalog;
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
      implementations.map(({ name, title, flaw }) => [name, `${title}: ${flaw}`]),
    ),
    settingsSection(settings),
    section('Services that can fail (--fault)', listed(services)),
    section('Ways to fail (--fault)', listed(catalog.faultKinds)),
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

const listed = (names: readonly string[]): readonly (readonly [string, string])[] =>
  names.map((name) => [name, '']);

function section(heading: string, rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  const lines = rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`.trimEnd());
  return `\n${heading}\n${lines.length === 0 ? '  none' : lines.join('\n')}`;
}
