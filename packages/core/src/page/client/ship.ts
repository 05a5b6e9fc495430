import { formatValue } from '../../scenario/format.ts';
import type { PhaseState } from '../../report/run-state.ts';
import type { PartMoment } from '../moment.ts';
import type { DrawnPart, SystemPlan } from '../system.ts';
import { element } from './elements.ts';

/** The drawing of one system. */
export interface ShipDrawing {
  readonly root: HTMLElement;
  /** @param said what was detected last */
  draw(parts: readonly PartMoment[], said: string): void;
  /** Draws the links anew, once it stands in the document and whenever its size changes. */
  connect(): void;
}

/** One part: a box with its name, how full it is, and what strikes it. */
interface Tile {
  readonly root: HTMLElement;
  draw(moment: PartMoment): void;
}

/** A pool of up to so many is drawn as cells, a larger one as a bar. */
const mostCells = 100;

export function drawShip(phase: PhaseState, plan: SystemPlan): ShipDrawing {
  const root = element('article', '', { class: `ship is-${phase.role ?? 'plain'}` });
  const said = element('p', '', { class: 'said' });
  const system = element('div', '', { class: 'system' });
  const lines = svg('svg', { class: 'links', 'aria-hidden': 'true' });
  const tiles = new Map<string, Tile>();
  const columns = [0, 1, 2].map((column) =>
    element('ul', '', {
      class: 'column',
      'aria-label': `${columnNames[column]} of ${phase.title}`,
    }),
  );
  for (const part of plan.parts) {
    const tile = drawTile(part);
    tiles.set(part.id, tile);
    columns[part.column]?.append(tile.root);
  }
  system.append(lines, ...columns.filter((column) => column.childElementCount > 0));
  root.append(element('h3', phase.title), said, system);
  const links = plan.links.map((link) => {
    const path = svg('path');
    lines.append(path);
    return { ...link, path };
  });

  function connect(): void {
    const origin = system.getBoundingClientRect();
    // All places first: one that is asked for after a path was drawn has the whole page laid out anew.
    const boxes = new Map([...tiles].map(([id, tile]) => [id, tile.root.getBoundingClientRect()]));
    for (const { from, to, path } of links) {
      const [a, b] = [boxes.get(from), boxes.get(to)];
      if (a === undefined || b === undefined) continue;
      const isBackward = a.left > b.left;
      const x1 = (isBackward ? a.left : a.right) - origin.left;
      const x2 = (isBackward ? b.right : b.left) - origin.left;
      const [y1, y2] = [a, b].map((box) => box.top + box.height / 2 - origin.top);
      const middle = (x1 + x2) / 2;
      path.setAttribute('d', `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`);
    }
  }
  const watching = new ResizeObserver(connect);
  watching.observe(system);

  return {
    root,
    connect,
    draw(parts, event) {
      if (said.textContent !== event) said.textContent = event;
      for (const part of parts) tiles.get(part.id)?.draw(part);
      for (const { to, path } of links) {
        const struck = parts.find(({ id }) => id === to)?.faults.length ?? 0;
        path.classList.toggle('struck', struck > 0);
      }
    },
  };
}

const columnNames = ['Processes', 'What they hold', 'Services'];

/** `webhooks: 40 % of merchants hang` stands in the box of the webhooks. */
const withoutService = (label: string): string => label.replace(/^\S+: /, '');

const count = (value: number): string => formatValue(value, 'count');

function drawTile({ name, kind }: DrawnPart): Tile {
  const root = element('li', '', { class: `part ${kind}` });
  const gauge = element('span', '', { class: 'gauge', 'aria-hidden': 'true' });
  const figure = element('span', '', { class: 'figure' });
  const faults = element('span', '', { class: 'fault' });
  root.append(element('b', name), gauge, figure, faults);
  let cells: HTMLElement[] = [];
  let shown = '';
  return {
    root,
    draw({ used, of, isBounded, waiting, faults: struck }) {
      const key = `${used} ${of} ${waiting} ${struck.join(', ')}`;
      if (key === shown) return;
      shown = key;
      const isCells = kind === 'pool' && isBounded && of <= mostCells;
      const wanted = isCells ? of : 1;
      if (cells.length !== wanted) {
        cells = Array.from({ length: wanted }, () => element('i'));
        gauge.replaceChildren(...cells);
        gauge.classList.toggle('cells', isCells);
      }
      if (isCells) {
        for (const [index, cell] of cells.entries()) cell.classList.toggle('taken', index < used);
      } else if (cells[0] !== undefined) {
        cells[0].style.width = `${of === 0 ? 0 : Math.min(100, (100 * used) / of)}%`;
      }
      root.classList.toggle('full', kind !== 'process' && isBounded && of > 0 && used >= of);
      root.classList.toggle('struck', struck.length > 0);
      figure.textContent = [
        isBounded ? `${count(used)} of ${count(of)}` : count(used),
        ...(waiting > 0 ? [`${count(waiting)} wait`] : []),
      ].join(', ');
      faults.textContent = struck.map(withoutService).join(', ');
      faults.title = struck.join(', ');
    },
  };
}

function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
): SVGElementTagNameMap[K] {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
