import type { Shape, Shapes } from '../../domain.ts';
import { element } from './element.ts';

/** Notes that somebody wrote and that are not on the canvas: what they say, and why. */
export interface Losses {
  add(shapes: readonly Shape[], why: string): void;
}

interface LossesOptions {
  /** Where they survive the page: a key of the browser's storage. */
  readonly key: string;
  /** Puts a text on the canvas again; false when that is not allowed. */
  readonly putBack: (text: string) => boolean;
}

export function createLosses({ key, putBack }: LossesOptions): Losses {
  const section = element('#lost', HTMLElement);
  const list = element('#lost ul', HTMLElement);
  let lost = read();

  function read(): readonly Loss[] {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    return Array.isArray(value) ? value.filter(isLoss) : [];
  }

  function set(next: readonly Loss[]): void {
    lost = next;
    localStorage.setItem(key, JSON.stringify(lost));
    draw();
  }

  function draw(): void {
    section.hidden = lost.length === 0;
    list.replaceChildren(...lost.map(item));
  }

  function item(loss: Loss): HTMLElement {
    const made = document.createElement('li');
    const text = document.createElement('q');
    text.textContent = loss.text;
    const without = (): readonly Loss[] => lost.filter((other) => other !== loss);
    const again = button('Put up again', () => {
      if (putBack(loss.text)) set(without());
    });
    made.append(
      text,
      ` ${loss.why} `,
      again,
      button('Let go', () => set(without())),
    );
    return made;
  }

  draw();
  return {
    add(shapes, why) {
      const more = shapes.filter(({ text }) => text !== '').map(({ text }) => ({ text, why }));
      if (more.length > 0) set([...lost, ...more]);
    },
  };
}

interface Loss {
  readonly text: string;
  readonly why: string;
}

const isLoss = (value: unknown): value is Loss =>
  typeof value === 'object' && value !== null && 'text' in value && 'why' in value;

function button(label: string, onClick: () => void): HTMLElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = label;
  made.addEventListener('click', onClick);
  return made;
}

/** Notes that were on a canvas as they were, and are not on it now. */
export function lostOf(before: Shapes, after: Shapes, ids: ReadonlySet<string>): readonly Shape[] {
  return [...before.values()].filter(({ id, text }) => ids.has(id) && after.get(id)?.text !== text);
}
