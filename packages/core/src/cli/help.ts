import type { AnyExample } from '../scenario/example.ts';
import { faultKinds } from '../services/fault.ts';
import { exitCodes } from './exit-codes.ts';
import { settingsSection } from './list.ts';
import { startCommand } from './replay.ts';
import { describeSettings } from './settings.ts';

/** What `--help` prints: the flags, the example's own settings, commands to copy, exit codes. */
export function helpText(flags: string, name: string, example: AnyExample): string {
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
    ...faultExample(example),
    ['one page with charts, to share', ' --scenario=recovery --report=run.html'],
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
    `  services: ${example.services.join(', ')}`,
    `  kinds: ${faultKinds.join(', ')}`,
    '',
    'Examples',
    ...examples.map(
      ([what, args]) => `  # ${what}\n  ${start.replace(/ --$/, args === '' ? '' : ' --')}${args}`,
    ),
    '',
    'Exit codes',
    `  ${exitCodes.asExpected}    everything came out as described`,
    `  ${exitCodes.checkFailed}    a check failed`,
    `  ${exitCodes.usage}    the command line, a fault or a trace could not be understood`,
    `  ${exitCodes.internal}   a defect, or two runs of one seed that differ`,
    `  ${exitCodes.interrupted}  stopped by Ctrl-C or q`,
    `  ${exitCodes.outputClosed}  the reader of the output went away, as head does`,
    `  ${exitCodes.terminated}  stopped by SIGTERM`,
    '  pnpm --filter turns all but 0 into 1; pnpm -C <directory> start keeps them.',
  ].join('\n');
}

function faultExample({ services }: AnyExample): readonly (readonly [string, string])[] {
  const [service] = services;
  if (service === undefined) return [];
  return [
    ['break something else as well', ` --scenario=recovery --fault=${service}:hang@+60s-+5m`],
  ];
}
