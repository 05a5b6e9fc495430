import { choose, UsageError } from '../command-line/portable.ts';
import { z } from 'zod';

type SettingsSchema = z.ZodType<object> & { readonly shape: Readonly<Record<string, z.ZodType>> };

/** One setting, as help and lists show it. */
export interface SettingInfo {
  readonly name: string;
  readonly description: string;
  readonly default: unknown;
  /** What it accepts, e.g. `a whole number from 1 to 200`. */
  readonly range: string;
}

/** The settings of a run, and what `--set` changed in them. */
export interface ResolvedSettings {
  readonly settings: object;
  /** Those that differ from their defaults, in the order of the schema. */
  readonly changed: Readonly<Record<string, unknown>>;
}

/** What a settings schema accepts, key by key. */
export function describeSettings(schema: SettingsSchema): readonly SettingInfo[] {
  return Object.entries(schema.shape).map(([name, field]) => {
    const json = z.toJSONSchema(field, { io: 'input', unrepresentable: 'any' });
    return {
      name,
      description: json.description ?? '',
      default: json.default,
      range: rangeOf(json),
    };
  });
}

/**
 * Applies `--set key=value` to the defaults.
 *
 * @throws UsageError naming key, value and allowed range
 */
export function parseSettings(
  schema: SettingsSchema,
  assignments: readonly string[],
): ResolvedSettings {
  const infos = describeSettings(schema);
  const given: Record<string, number | string> = {};
  for (const assignment of assignments) {
    const { key, text } = split(assignment);
    const info = infos.find(({ name }) => name === key);
    if (info === undefined) throw unknownSetting(assignment, key, infos);
    if (Object.hasOwn(given, key)) {
      throw new UsageError({
        given: `--set ${assignment}`,
        cause: `${key} is set twice`,
        remedy: 'Keep one of them.',
      });
    }
    given[key] = checked(schema, info, assignment, text);
  }
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw refusedTogether(assignments, parsed.error);
  const changed = infos.flatMap(({ name, default: usual }) => {
    const value = given[name];
    return value === undefined || value === usual ? [] : [[name, value] as const];
  });
  return { settings: parsed.data, changed: Object.fromEntries(changed) };
}

function split(assignment: string): { readonly key: string; readonly text: string } {
  const at = assignment.indexOf('=');
  if (at > 0) return { key: assignment.slice(0, at), text: assignment.slice(at + 1) };
  throw new UsageError({
    given: `--set ${assignment}`,
    cause: 'it is not of the form key=value',
    remedy: 'Write e.g. --set workers=20; --list shows all settings.',
  });
}

function checked(
  schema: SettingsSchema,
  { name, range }: SettingInfo,
  assignment: string,
  text: string,
): number | string {
  if (range === switchRange && (text === 'on' || text === 'off')) return text;
  // Number('') is 0, and 0x10 or Infinity are hardly ever meant.
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
  const issue = schema.shape[name]?.safeParse(value).error?.issues[0];
  if (issue === undefined) return value;
  const cause =
    issue.code === 'custom' ? issue.message : `${text === '' ? 'nothing' : text} is out of range`;
  throw new UsageError({
    given: `--set ${assignment}`,
    cause: Number.isNaN(value) && range !== switchRange ? `"${text}" is not a number` : cause,
    remedy: `${name} is ${range}.`,
  });
}

function unknownSetting(
  assignment: string,
  key: string,
  infos: readonly SettingInfo[],
): UsageError {
  const names = infos.map(({ name }) => name);
  return new UsageError({
    given: `--set ${assignment}`,
    cause: `there is no setting "${key}"`,
    remedy: names.length === 0 ? 'This example has no settings.' : choose(key, names),
  });
}

/** Values that are fine one by one, and not together. */
function refusedTogether(assignments: readonly string[], error: z.ZodError): UsageError {
  const [issue] = error.issues;
  const key = issue?.path.join('.') ?? '';
  const given = assignments.map((assignment) => `--set ${assignment}`).join(' ');
  const cause = issue?.message.replace(/\.$/, '') ?? 'the settings do not fit together';
  return new UsageError(
    {
      given: given === '' ? 'the default settings' : given,
      cause: key === '' ? cause : `${key}: ${cause}`,
      remedy: 'See --list for the settings and their defaults.',
    },
    { cause: error },
  );
}

/** A bound that is one: zod bounds every integer by what a double can count, which is no news. */
function boundOf(value: unknown): number | undefined {
  return typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : undefined;
}

const switchRange = 'on or off';

const isSwitch = ({ anyOf = [] }: z.core.JSONSchema.JSONSchema): boolean =>
  anyOf.some(({ type }) => type === 'boolean');

function rangeOf(schema: z.core.JSONSchema.JSONSchema): string {
  if (isSwitch(schema)) return switchRange;
  const isInteger = schema.type === 'integer';
  const above = boundOf(schema.exclusiveMinimum);
  const below = boundOf(schema.exclusiveMaximum);
  // Above 0 and from 1 are the same for whole numbers, and the latter is easier to read.
  const low = isInteger && above !== undefined ? above + 1 : boundOf(schema.minimum);
  const high = isInteger && below !== undefined ? below - 1 : boundOf(schema.maximum);
  const bounds: string[] = [];
  if (low !== undefined && high !== undefined) bounds.push(`from ${low} to ${high}`);
  else if (low !== undefined) bounds.push(`of at least ${low}`);
  else if (high !== undefined) bounds.push(`of at most ${high}`);
  if (!isInteger && above !== undefined) bounds.push(`above ${above}`);
  if (!isInteger && below !== undefined) bounds.push(`below ${below}`);
  const range = [isInteger ? 'a whole number' : 'a number', bounds.join(' and ')].join(' ').trim();
  return schema.multipleOf === undefined ? range : `${range}, in steps of ${schema.multipleOf}`;
}
