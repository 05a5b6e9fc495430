import type { View } from '../report/view.ts';
import { untilRead, UsageError } from '../command-line/index.ts';
import type { Interruption } from './interrupt.ts';
import type { CommandOptions } from './options.ts';
import type { Speed } from './speed.ts';

/** `terminal`: live and paced. `plain`: lines of text, at full speed. `json`: the record itself. */
export type ViewKind = 'terminal' | 'plain' | 'json';

/** A view, and what holds virtual time back for it. */
export interface OpenView {
  readonly view: View;
  readonly pace: ((nextElapsedMs: number) => void | Promise<void>) | undefined;
}

/** How long a run plays on a terminal under `--speed=auto`: long enough to see, no longer. */
const targetMs = 20_000;

/**
 * Which view standard output gets.
 *
 * @throws UsageError for a speed that nobody could see
 */
export function pickView(
  { json, speed }: CommandOptions,
  stdout: { readonly isTTY?: boolean },
  terminalType: string | undefined,
): ViewKind {
  const isLive = stdout.isTTY === true && terminalType !== 'dumb';
  if (typeof speed === 'number' && !isLive) {
    throw new UsageError({
      given: `--speed=${speed}x`,
      cause: 'standard output is no terminal, and gets the run at full speed',
      remedy: 'Leave --speed out, or run it on a terminal.',
    });
  }
  if (json) return 'json';
  return isLive ? 'terminal' : 'plain';
}

/** Loads and opens a view. Only its own files are loaded: the others would delay the first output. */
export function openView(
  kind: ViewKind,
  options: CommandOptions,
  streams: Pick<NodeJS.Process, 'stdin' | 'stdout'>,
  onQuit: OnQuit,
): Promise<OpenView> {
  return { terminal: openTerminal, plain: openPlain, json: openJson }[kind](
    streams,
    options.speed,
    onQuit,
  );
}

type OnQuit = Interruption['quit'];
type Streams = Pick<NodeJS.Process, 'stdin' | 'stdout'>;

async function openTerminal(
  { stdin, stdout }: Streams,
  speed: Speed,
  onQuit: OnQuit,
): Promise<OpenView> {
  const [{ terminalView }, { wantsColors }] = await Promise.all([
    import('../report/terminal/terminal-view.ts'),
    import('../report/plain/text.ts'),
  ]);
  const input = stdin.isTTY ? stdin : noKeyboard;
  const colors = wantsColors(stdout);
  const view = terminalView({ output: stdout, input, speed, targetMs, onQuit, colors });
  return { view, pace: (nextElapsedMs) => view.pace(nextElapsedMs) };
}

async function openPlain({ stdout }: Streams): Promise<OpenView> {
  const [{ plainView }, { wantsColors }] = await Promise.all([
    import('../report/plain/plain-view.ts'),
    import('../report/plain/text.ts'),
  ]);
  const view = plainView({ stream: stdout, colors: wantsColors(stdout) });
  return { view, pace: () => untilRead(stdout) };
}

async function openJson({ stdout }: Streams): Promise<OpenView> {
  const { ndjsonView } = await import('../report/ndjson-view.ts');
  return { view: ndjsonView({ stream: stdout }), pace: () => untilRead(stdout) };
}

/** Input that comes from a file or a pipe has no keys to listen for; Ctrl-C comes as a signal. */
const noKeyboard = { setRawMode() {}, resume() {}, pause() {}, on() {}, off() {} };
