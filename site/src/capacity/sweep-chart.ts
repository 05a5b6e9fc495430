import type { Sweep } from '../../../packages/core/src/capacity-cli/report/sweeps.ts';
import { make, makeSvg } from '../elements/make.ts';

const width = 420;
const height = 220;
const left = 56;
const right = 12;
const top = 12;
const bottom = 172;

/** Below this, a share of drops is as good as none, and no model is good for more. */
const leastShare = 1e-5;

interface Scale {
  readonly marks: readonly (readonly [value: number, label: string])[];
  /** 0 at the bottom, 1 at the top. */
  readonly of: (value: number) => number;
}

/** Shares of drops, over powers of ten. */
const shareScale: Scale = {
  marks: [
    [1, '100 %'],
    [0.1, '10 %'],
    [0.01, '1 %'],
    [0.001, '0.1 %'],
    [1e-4, '0.01 %'],
    [leastShare, '≤ 0.001 %'],
  ],
  of: (value) => 1 + Math.log10(Math.max(leastShare, value)) / -Math.log10(leastShare),
};

/** Times from 0 to the longest. */
function timeScale(values: readonly number[]): Scale {
  const most = Math.max(1e-9, ...values);
  const step = roundStep(most / 4);
  const end = Math.ceil(most / step) * step;
  const marks = Array.from({ length: Math.round(end / step) + 1 }, (_, index) => {
    const value = index * step;
    return [value, `${Number(value.toPrecision(3)).toLocaleString('en-US')} ms`] as const;
  });
  return { marks, of: (value) => value / end };
}

/** 1, 2 or 5 times a power of ten, at least this. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10);
}

/** Two charts against the number of workers: what is dropped, and how long the rest waits. */
export function sweepCharts(sweep: Sweep): readonly HTMLElement[] {
  return [
    chart(
      sweep,
      'Dropped',
      shareScale,
      sweep.lines.map(({ dropRatio }) => dropRatio),
    ),
    chart(
      sweep,
      '99th percentile of the wait',
      timeScale(sweep.lines.flatMap(({ waitP99Ms }) => waitP99Ms)),
      sweep.lines.map(({ waitP99Ms }) => waitP99Ms),
    ),
  ];
}

function chart(
  { x, chosen, label, lines }: Sweep,
  title: string,
  { marks, of }: Scale,
  values: readonly (readonly number[])[],
): HTMLElement {
  const [first = 0] = x;
  const last = x.at(-1) ?? first + 1;
  const xOf = (value: number): number =>
    left + ((value - first) / Math.max(1, last - first)) * (width - left - right);
  const yOf = (value: number): number => bottom - of(value) * (bottom - top);
  const drawing = makeSvg('svg', {
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
    'aria-label': `${title} against ${label}: ${lines.map((line) => line.label).join('; ')}. The plan stands at ${chosen.toLocaleString('en-US')}. Its figures are in the table.`,
  });
  drawing.append(
    ...marks.flatMap(([value, text]) => [
      makeSvg('line', {
        class: 'grid',
        x1: left,
        x2: width - right,
        y1: yOf(value),
        y2: yOf(value),
      }),
      makeSvg('text', { x: left - 6, y: yOf(value) + 4, 'text-anchor': 'end' }, text),
    ]),
    makeSvg('line', { class: 'plan', x1: xOf(chosen), x2: xOf(chosen), y1: top, y2: bottom }),
  );
  for (const [index, line] of values.entries()) {
    const points = x.map((at, step) => `${xOf(at).toFixed(1)},${yOf(line[step] ?? 0).toFixed(1)}`);
    drawing.append(makeSvg('polyline', { class: `line-${index}`, points: points.join(' ') }));
    const atPlan = line[x.indexOf(chosen)];
    if (atPlan !== undefined) {
      drawing.append(
        makeSvg('circle', { class: `line-${index}`, cx: xOf(chosen), cy: yOf(atPlan), r: 4 }),
      );
    }
  }
  for (const at of new Set([first, chosen, last])) {
    const isCrowded = at !== chosen && Math.abs(xOf(at) - xOf(chosen)) < 30;
    if (isCrowded) continue;
    drawing.append(
      makeSvg(
        'text',
        { x: xOf(at), y: bottom + 16, 'text-anchor': at === last ? 'end' : 'middle' },
        at.toLocaleString('en-US'),
      ),
    );
  }
  drawing.append(
    makeSvg(
      'text',
      { x: (left + width - right) / 2, y: height - 10, 'text-anchor': 'middle' },
      label,
    ),
  );
  return make('figure', {}, make('figcaption', {}, title), drawing);
}
