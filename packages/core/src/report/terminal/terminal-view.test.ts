import { EventEmitter } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { paymentRun } from '../fixtures/payment-run.ts';
import { plainView } from '../plain/plain-view.ts';
import type { RealTime } from './real-time.ts';
import { terminalView, type TerminalViewOptions } from './terminal-view.ts';

/** A terminal and a clock that move only when the test says so. */
function bench(options: Partial<TerminalViewOptions> = {}) {
  let screen = '';
  const output = Object.assign(new EventEmitter(), {
    columns: 100,
    rows: 30,
    writableLength: 0,
    write(text: string) {
      screen += text;
      return true;
    },
  });
  const calls: string[] = [];
  const input = Object.assign(new EventEmitter(), {
    setRawMode: (isRaw: boolean) => calls.push(`raw ${isRaw}`),
    resume: () => calls.push('resume'),
    pause: () => calls.push('pause'),
  });
  let nowMs = 0;
  const due = new Map<NodeJS.Timeout, { atMs: number; everyMs?: number; run: () => void }>();
  const schedule = (run: () => void, ms: number, everyMs?: number) => {
    // A real timer for its type; it is never armed.
    const timer = setTimeout(() => {}, 0);
    clearTimeout(timer);
    due.set(timer, { atMs: nowMs + ms, run, ...(everyMs !== undefined && { everyMs }) });
    return timer;
  };
  const time: RealTime = {
    now: () => nowMs,
    setTimeout: (run, ms) => schedule(run, ms),
    setInterval: (run, ms) => schedule(run, ms, ms),
    clearTimeout: (timer) => void due.delete(timer),
    clearInterval: (timer) => void due.delete(timer),
  };
  const quits: string[] = [];
  const view = terminalView(
    { output, input, colors: false, onQuit: (how) => void quits.push(how), ...options },
    time,
  );
  return {
    view,
    calls,
    output,
    due,
    press: (key: string) => input.emit('data', Buffer.from(key)),
    quits: () => quits,
    screen: () => screen,
    keyListeners: () => input.listenerCount('data'),
    advance: async (ms: number) => {
      nowMs += ms;
      for (const [timer, { atMs, everyMs, run }] of due) {
        if (atMs > nowMs) continue;
        due.delete(timer);
        run();
        if (everyMs !== undefined) due.set(timer, { atMs: nowMs + everyMs, everyMs, run });
      }
      await Promise.resolve();
    },
  };
}

const [started, begun] = [...paymentRun()];
if (started === undefined || begun === undefined) throw new Error('the fixture changed');

/** Whether the promise that `pace` gave has settled. */
function settled(waiting: void | Promise<void>) {
  const state = { isDone: waiting === undefined };
  void waiting?.then(() => (state.isDone = true));
  return state;
}

describe('pace', () => {
  it('spreads all phases over the target', async () => {
    // Two phases of 45 virtual minutes in 20 s: 270 virtual seconds a second.
    const { view, advance } = bench();
    view.write(started);
    const waiting = settled(view.pace(270_000));
    await advance(998);
    expect(waiting.isDone).toBe(false);
    await advance(2);
    expect(waiting.isDone).toBe(true);
    view.close();
  });

  it('holds nothing back at full speed, nor steps too short for a timer', () => {
    const fast = bench({ speed: 'max' });
    fast.view.write(started);
    expect(fast.view.pace(1e9)).toBeUndefined();
    fast.view.close();
    const slow = bench({ speed: 60 });
    slow.view.write(started);
    expect(slow.view.pace(60)).toBeUndefined();
    slow.view.close();
  });

  it('stops for a pause and goes on after it', async () => {
    const { view, advance, press, screen } = bench({ speed: 60 });
    view.write(started);
    view.write(begun);
    press(' ');
    expect(screen()).toContain('paused');
    const waiting = settled(view.pace(60_000));
    await advance(10_000);
    expect(waiting.isDone).toBe(false);
    press(' ');
    await advance(999);
    expect(waiting.isDone).toBe(false);
    await advance(2);
    expect(waiting.isDone).toBe(true);
    view.close();
  });

  it('lets go at once when the user finishes, quits, or the view closes', async () => {
    for (const end of ['f', 'q', '\u0003', 'close']) {
      const { view, advance, press } = bench({ speed: 60 });
      view.write(started);
      const waiting = settled(view.pace(600_000));
      if (end === 'close') view.close();
      else press(end);
      await advance(0);
      expect(waiting.isDone).toBe(true);
      expect(view.pace(900_000)).toBeUndefined();
      view.close();
    }
  });
});

describe('the terminal', () => {
  it('is given back as it was: screen, cursor, keyboard, listeners and timers', () => {
    const { view, calls, output, due, screen, keyListeners } = bench();
    const before = process.listenerCount('exit');
    expect(screen()).toContain('\u001b[?1049h\u001b[?25l');
    view.write(started);
    view.close();
    view.close();
    expect(screen().split('\u001b[?25h\u001b[?1049l')).toHaveLength(2);
    expect(calls).toEqual(['raw true', 'resume', 'raw false', 'pause']);
    expect(output.listenerCount('resize')).toBe(0);
    expect(keyListeners()).toBe(0);
    expect(due.size).toBe(0);
    expect(process.listenerCount('exit')).toBe(before - 1);
    expect(process.listenerCount('SIGTERM')).toBe(0);
  });

  it('is left with the text of the plain view in the scrollback', () => {
    const { view, screen } = bench({ speed: 'max' });
    let plain = '';
    const reference = plainView({ stream: { write: (text) => (plain += text) }, colors: false });
    for (const record of paymentRun()) {
      view.write(record);
      reference.write(record);
    }
    view.close();
    expect(screen().endsWith(`\u001b[?1049l${plain}`)).toBe(true);
  });

  it('comes back before an uncaught error is printed', () => {
    const { view, screen, calls } = bench();
    for (const listener of process.listeners('uncaughtExceptionMonitor')) {
      listener(new Error('boom'), 'uncaughtException');
    }
    expect(screen().endsWith('\u001b[?25h\u001b[?1049l')).toBe(true);
    expect(calls).toContain('raw false');
    view.close();
  });

  it('is redrawn while time passes, and not when nothing changed', async () => {
    const { view, advance, screen } = bench();
    view.write(started);
    await advance(70);
    const once = screen().length;
    await advance(70);
    expect(screen()).toHaveLength(once);
    view.write(begun);
    await advance(70);
    expect(stripVTControlCharacters(screen())).toContain('Phase 1 of 2  Direct calls');
    view.close();
  });

  it('is redrawn in its new size at once', () => {
    const { view, output, screen } = bench();
    view.write(started);
    Object.assign(output, { columns: 40, rows: 12 });
    const before = screen().length;
    output.emit('resize');
    expect(screen().slice(before).split('\r\n')).toHaveLength(12);
    view.close();
  });

  it('drops frames while a slow terminal has not taken the last ones', async () => {
    const { view, output, advance, screen } = bench();
    output.writableLength = 100_000;
    const before = screen().length;
    view.write(started);
    await advance(70);
    expect(screen()).toHaveLength(before);
    view.close();
  });
});

it('asks to stop once, tells q from Ctrl-C, and ignores escape sequences', () => {
  const { view, press, quits } = bench();
  press('\u001b[A');
  press('x');
  expect(quits()).toEqual([]);
  press('q');
  press('\u0003');
  expect(quits()).toEqual(['left']);
  view.close();
  const other = bench();
  other.press('\u0003');
  expect(other.quits()).toEqual(['interrupted']);
  other.view.close();
});

it('refuses a speed and a target that no run can have', () => {
  expect(() => bench({ speed: 0 })).toThrow(
    new RangeError('speed must be "auto", "max" or a number above 0, got 0.'),
  );
  expect(() => bench({ targetMs: -1 })).toThrow(RangeError);
});
