import type { AnyExample } from '../scenario/example.ts';
import { exitCodes, startCommand } from '../command-line/index.ts';
import { section, settingsSection, type Target, targetRows, targetsOf } from './list.ts';
import { describeSettings } from './settings.ts';

/** What `--help` prints: the flags, the example's own settings, commands to copy, exit codes. */
export async function helpText(flags: string, name: string, example: AnyExample): Promise<string> {
  const targets = await targetsOf(example);
  const settings = describeSettings(example.settings);
  const [setting] = settings;
  const start = startCommand(name);
  const examples = [
    ['the whole story, from the problem to the lessons', ''],
    ['watch it break', ' --scenario=failure'],
    ['watch the repaired system in the same storm', ' --scenario=recovery'],
    [
      'another storm of the same kind, proved to be repeatable',
      ' --scenario=failure --seed=7 --verify',
    ],
    ...(setting === undefined
      ? []
      : [
          [
            'change a setting',
            ` --scenario=recovery --set=${setting.name}=${String(setting.default)}`,
          ],
        ]),
    ...faultExample(targets),
    ['what each condition of the storm has to do with it', ' --scenario=failure --why'],
    ['one page with charts, to share', ' --scenario=recovery --report=run.html'],
    ['a page that runs the storm again, to share', ' --scenario=recovery --report-live=run.html'],
    ['the whole record, to make documents of: see firedrill view', ' --report=run.ndjson'],
    ['every record, for other programs', ' --scenario=failure --json > run.ndjson'],
  ];
  return [
    example.title,
    '',
    flags.trimEnd(),
    settingsSection(settings),
    '',
    'Faults (--fault)',
    '  service:kind@from-to,option=value,…',
    section('What they can strike', targetRows(targets)),
    '',
    'Examples',
    ...examples.map(
      ([what, args]) => `  # ${what}\n  ${start.replace(/ --$/, args === '' ? '' : ' --')}${args}`,
    ),
    '',
    'Exit codes',
    `  ${exitCodes.asExpected}    it came out as the scenario declares, or was left with q`,
    `  ${exitCodes.checkFailed}    it came out otherwise: the last line says why`,
    `  ${exitCodes.usage}    the command line, a fault or a trace could not be understood`,
    `  ${exitCodes.internal}   a defect, or two runs of one seed that differ`,
    `  ${exitCodes.unwritten}   the output or a report could not be written, as on a full disk`,
    `  ${exitCodes.interrupted}  stopped by Ctrl-C`,
    `  ${exitCodes.terminated}  stopped by SIGTERM`,
    '  pnpm --filter turns all but 0 into 1; pnpm -C <directory> start keeps them.',
  ].join('\n');
}

function faultExample(targets: readonly Target[]): readonly (readonly [string, string])[] {
  const [target] = targets;
  const [kind] = target?.faults ?? [];
  if (target === undefined || kind === undefined) return [];
  return [
    [
      'break something else as well',
      ` --scenario=recovery --fault=${target.name}:${kind}@+60s-+5m`,
    ],
  ];
}
