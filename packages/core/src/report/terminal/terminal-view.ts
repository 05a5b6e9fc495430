import { plainView } from '../plain/plain-view.ts';
import { emptyRun, reduce } from '../run-state.ts';
import type { View } from '../view.ts';
import { renderFrame } from './frame.ts';
import { listenForKeys, type Command, type TerminalInput } from './keys.ts';
import { Pacer } from './pacer.ts';
import { realTime, type RealTime } from './real-time.ts';
import { Screen, type TerminalOutput } from './screen.ts';

/** The terminal, how fast a run is shown on it, and who hears that the user leaves. */
export interface TerminalViewOptions {
  /** A terminal; `process.stdout` when it is one. */
  readonly output: TerminalOutput;
  /** The keyboard; `process.stdin` when it is a terminal. */
  readonly input: TerminalInput;
  /** Virtual seconds for each real second, full speed, or (default) so that the run takes `targetMs`. */
  readonly speed?: 'auto' | 'max' | number;
  /** Real milliseconds that a run takes with `speed: 'auto'`. Default 20,000. */
  readonly targetMs?: number;
  /**
   * Called once when the user leaves with q or interrupts with Ctrl-C: who runs the simulation is to
   * cancel it.
   */
  readonly onQuit: (how: 'left' | 'interrupted') => void;
  /** Whether escapes for colour are written; see `wantsColors`. */
  readonly colors: boolean;
}

/** The live view of a run in a terminal. */
export interface TerminalView extends View {
  /** Holds virtual time back in real time; hand it to `simulate` as `pace`. */
  readonly pace: (nextElapsedMs: number) => void | Promise<void>;
  readonly close: () => void;
}

/** Records that are on the screen before anything else runs. */
const drawnAtOnce: ReadonlySet<string> = new Set([
  'run.started',
  'verdict',
  'trial',
  'proof',
  'point-of-no-return',
  'comparison',
  'run.finished',
]);

const frameMs = 1000 / 15;
/** Timers are no finer than a millisecond or two: a shorter wait is left for the next one. */
const shortestHoldMs = 4;

function resolveSpeed(speed: TerminalViewOptions['speed'] = 'auto'): 'auto' | number {
  if (speed === 'auto') return speed;
  if (speed === 'max') return Number.POSITIVE_INFINITY;
  if (!(speed > 0)) {
    throw new RangeError(`speed must be "auto", "max" or a number above 0, got ${speed}.`);
  }
  return speed;
}

function resolveTarget(targetMs = 20_000): number {
  if (!(targetMs > 0)) throw new RangeError(`targetMs must be above 0, got ${targetMs}.`);
  return targetMs;
}

/**
 * The run live on a terminal: the virtual clock, sparklines and the timeline, at a speed that can be
 * followed. On close the screen comes back as it was, with the plain view's text on it.
 *
 * Keys: space pauses, f finishes at full speed, q and Ctrl-C quit.
 *
 * @param time the machine's time; tests hand in their own
 * @throws RangeError when `speed` or `targetMs` is not above 0
 */
export function terminalView(
  options: TerminalViewOptions,
  time: RealTime = realTime,
): TerminalView {
  const { output, input, onQuit, colors } = options;
  const speed = resolveSpeed(options.speed);
  const targetMs = resolveTarget(options.targetMs);
  const run = emptyRun();
  const pacer = new Pacer(time.now);
  let summary = '';
  const plain = plainView({
    stream: { write: (text) => (summary += text) },
    colors,
    width: Math.max(60, Math.min(100, output.columns || 100)),
  });
  let held: { readonly nextMs: number; readonly release: () => void } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let hasQuit = false;
  let isClosed = false;

  const stopKeys = listenForKeys(input, onCommand);
  const screen = new Screen(output, () => {
    time.clearInterval(redraw);
    output.off('resize', onResize);
    stopKeys();
  });
  const redraw = time.setInterval(draw, frameMs);
  redraw.unref();
  output.on('resize', onResize);
  screen.open();

  function draw(): void {
    const size = { columns: output.columns || 80, rows: output.rows || 24, colors };
    screen.draw(renderFrame({ run, isPaused: pacer.isPaused, speed: pacer.speed }, size));
  }

  function onResize(): void {
    screen.invalidate();
    draw();
  }

  function onCommand(command: Command): void {
    if (command === 'pause') {
      if (pacer.isPaused) pacer.resume();
      else pacer.pause();
    } else {
      pacer.resume();
      pacer.speed = Number.POSITIVE_INFINITY;
    }
    if ((command === 'leave' || command === 'interrupt') && !hasQuit) {
      hasQuit = true;
      onQuit(command === 'leave' ? 'left' : 'interrupted');
    }
    draw();
    wake();
  }

  /** Lets virtual time go on if it may, or sets the timer for when it may. */
  function wake(): void {
    if (held === undefined) return;
    if (timer !== undefined) time.clearTimeout(timer);
    timer = undefined;
    const waitMs = isClosed ? 0 : pacer.holdMs(held.nextMs);
    if (waitMs < shortestHoldMs) {
      const { release } = held;
      held = undefined;
      release();
    } else if (Number.isFinite(waitMs)) {
      timer = time.setTimeout(wake, waitMs);
    }
  }

  return {
    write(record) {
      reduce(run, record);
      plain.write(record);
      if (record.type === 'run.started') {
        const virtualMs = record.durationMs * Math.max(1, record.phases.length);
        pacer.speed = speed === 'auto' ? Math.max(1, virtualMs / targetMs) : speed;
      }
      // What follows a verdict runs at full speed and leaves no time for the clock of the screen.
      if (drawnAtOnce.has(record.type)) draw();
    },
    pace(nextElapsedMs) {
      if (isClosed || pacer.holdMs(nextElapsedMs) < shortestHoldMs) return undefined;
      return new Promise((resolve) => {
        held = { nextMs: nextElapsedMs, release: resolve };
        wake();
      });
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      wake();
      screen.close();
      void plain.close();
      output.write(summary);
    },
  };
}
