import { Markup } from '../html/markup.ts';

/**
 * The colours of the report page, light and dark, in a picture. Every rule begins with the class of the
 * picture: put into a page, it must not touch the rest of it. Lines differ by their dashes as well.
 */
export const chartStyle = new Markup(
  [
    ['', 'font:13px system-ui,"DejaVu Sans",sans-serif'],
    ['.ground', 'fill:#fff;stroke:#e2ded8'],
    ['text', 'fill:#1c1b1a'],
    ['.title', 'font-size:17px;font-weight:600'],
    ['.phase', 'font-weight:600'],
    ['.soft', 'fill:#5f5b56;font-size:12px;font-weight:normal'],
    ['.end', 'text-anchor:end'],
    ['.middle', 'text-anchor:middle'],
    ['.grid', 'stroke:#e2ded8'],
    ['.fault', 'fill:#8b2fa8;fill-opacity:.1'],
    ['.fault-label', 'fill:#8b2fa8;font-size:12px'],
    ['.critical', 'fill:#b3261e'],
    ['.warning', 'fill:#8a5800'],
    ['.s', 'fill:none;stroke-width:1.6;stroke-linejoin:round'],
    ['.s0', 'stroke:#0b62b8'],
    ['.s1', 'stroke:#11823f;stroke-dasharray:7 3'],
    ['.s2', 'stroke:#c8371d;stroke-dasharray:2 3'],
    ['.s3', 'stroke:#8a5800;stroke-dasharray:9 3 2 3'],
    ['.s4', 'stroke:#8b2fa8;stroke-dasharray:12 4'],
    ['.s5', 'stroke:#00767d;stroke-dasharray:4 2'],
  ]
    .map(rule)
    .join('') +
    `@media (prefers-color-scheme:dark){${[
      ['.ground', 'fill:#1c1e20;stroke:#33363a'],
      ['text', 'fill:#ecebe9'],
      ['.soft', 'fill:#a5a29d'],
      ['.grid', 'stroke:#33363a'],
      ['.fault', 'fill:#dc9bf2;fill-opacity:.14'],
      ['.fault-label', 'fill:#dc9bf2'],
      ['.critical', 'fill:#ff9187'],
      ['.warning', 'fill:#f1bd5c'],
      ['.s0', 'stroke:#74b5f8'],
      ['.s1', 'stroke:#70d397'],
      ['.s2', 'stroke:#ff8a70'],
      ['.s3', 'stroke:#f1bd5c'],
      ['.s4', 'stroke:#dc9bf2'],
      ['.s5', 'stroke:#5ed2d9'],
    ]
      .map(rule)
      .join('')}}`,
);

function rule([selector = '', declarations = '']: readonly string[]): string {
  return `.firedrill-chart${selector === '' ? '' : ` ${selector}`}{${declarations}}`;
}
