import { formatClock } from '../../scenario/format.ts';
import type { PhaseState, RunState } from '../../report/run-state.ts';
import { partPeaks, partsAt } from '../moment.ts';
import { systemPlan } from '../system.ts';
import { byId, element } from './elements.ts';
import { drawShip } from './ship.ts';

/** The clock of all ships of a run: plays, steps, and draws each system as it is at the moment. */
export interface Clock {
  /** Moves to a moment, in virtual ms. */
  choose(atMs: number): void;
  stop(): void;
}

export interface ClockEvents {
  /** The clock stands at a moment, on its way or to stay. */
  readonly onMove: (atMs: number) => void;
  /** A moment was chosen, to stay. */
  readonly onChoice: (atMs: number) => void;
}

const stepMs = 1_000;

/** Draws the ships of a run into the page, from a moment on. */
export function startClock(
  state: RunState,
  fromMs: number,
  { onMove, onChoice }: ClockEvents,
): Clock {
  const startsAt = state.started?.startsAt ?? '';
  const endMs = Math.max(0, ...state.phases.map(({ atMs }) => atMs));
  const slider = byId('moment', HTMLInputElement);
  const play = byId('play', HTMLButtonElement);
  const speed = byId('speed', HTMLSelectElement);
  const peaks = partPeaks(state.phases);
  const plan = systemPlan(state);
  const drawings = state.phases.map((phase) => drawShip(phase, plan));
  byId('ships', HTMLElement).replaceChildren(...drawings.map(({ root }) => root));
  byId('idle', HTMLElement).textContent =
    plan.idle.length === 0 ? '' : `Not used in this run: ${plan.idle.join(', ')}.`;
  for (const drawing of drawings) drawing.connect();
  slider.max = String(endMs);
  slider.step = String(stepMs);
  let atMs = Math.min(fromMs, endMs);
  let frame: number | undefined;
  let lastFrameMs = 0;

  function show(): void {
    const time = formatClock(startsAt, atMs);
    slider.value = String(atMs);
    slider.setAttribute('aria-valuetext', time);
    byId('clock', HTMLElement).textContent = time;
    for (const [index, phase] of state.phases.entries()) {
      drawings[index]?.draw(partsAt(phase, peaks, atMs), lastEvent(phase, atMs));
    }
    onMove(atMs);
  }
  function moveTo(to: number): void {
    atMs = Math.max(0, Math.min(endMs, to));
    show();
  }
  function choose(to: number): void {
    moveTo(to);
    onChoice(atMs);
  }
  function tick(nowMs: number): void {
    moveTo(atMs + (nowMs - lastFrameMs) * Number(speed.value));
    lastFrameMs = nowMs;
    if (atMs >= endMs) pause();
    else frame = requestAnimationFrame(tick);
  }
  function pause(): void {
    if (frame !== undefined) cancelAnimationFrame(frame);
    frame = undefined;
    play.textContent = 'Play';
    choose(Math.round(atMs / stepMs) * stepMs);
  }
  function toggle(): void {
    if (frame !== undefined) {
      pause();
      return;
    }
    if (atMs >= endMs) atMs = 0;
    play.textContent = 'Pause';
    lastFrameMs = performance.now();
    frame = requestAnimationFrame(tick);
  }
  function changeSpeed(by: number): void {
    const last = speed.options.length - 1;
    speed.selectedIndex = Math.max(0, Math.min(last, speed.selectedIndex + by));
  }
  const keys: Readonly<Record<string, () => void>> = {
    ' ': toggle,
    ArrowLeft: () => choose(atMs - stepMs),
    ArrowRight: () => choose(atMs + stepMs),
    PageUp: () => choose(atMs + 60 * stepMs),
    PageDown: () => choose(atMs - 60 * stepMs),
    Home: () => choose(0),
    End: () => choose(endMs),
    '+': () => changeSpeed(1),
    '-': () => changeSpeed(-1),
  };
  const listening = new AbortController();
  const { signal } = listening;
  const onClick = (id: string, act: () => void): void => {
    byId(id, HTMLButtonElement).addEventListener('click', act, { signal });
  };
  onClick('play', toggle);
  onClick('back', () => choose(atMs - stepMs));
  onClick('forward', () => choose(atMs + stepMs));
  // On its way the moment is shown; it is chosen where the slider is let go.
  slider.addEventListener('input', () => moveTo(Number(slider.value)), { signal });
  slider.addEventListener('change', () => choose(Number(slider.value)), { signal });
  // Keys of the clock work where no other element wants them: on the chart and the ships.
  for (const id of ['overview', 'ships']) {
    byId(id, HTMLElement).addEventListener(
      'keydown',
      (event) => {
        const act = event.target instanceof HTMLSelectElement ? undefined : keys[event.key];
        if (act === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
        event.preventDefault();
        act();
      },
      { signal },
    );
  }
  show();
  return {
    choose,
    stop() {
      listening.abort();
      if (frame !== undefined) cancelAnimationFrame(frame);
      play.textContent = 'Play';
    },
  };
}

function lastEvent(phase: PhaseState, atMs: number): string {
  const last = phase.events.findLast((event) => event.kind === 'signal' && event.atMs <= atMs);
  return last?.kind === 'signal' ? last.text : 'nothing was detected yet';
}

/** A card for each phase: what it came to, and what was wrong with it. */
export function showVerdicts({ phases }: RunState): void {
  byId('verdicts', HTMLElement).replaceChildren(
    ...phases.map(({ verdict, title, flaw }) => {
      const look =
        verdict === undefined ? 'is-unknown' : verdict.outcome === 'broken' ? 'is-bad' : 'is-good';
      const card = element('article', '', { class: `card ${look}` });
      const line = element('p', '', { class: 'outcome-line' });
      if (verdict !== undefined) {
        line.append(element('b', verdict.outcome.toUpperCase()), ` ${verdict.text}`);
      }
      card.append(line, element('p', `${title}: ${flaw}`, { class: 'flaw' }));
      return card;
    }),
  );
}
