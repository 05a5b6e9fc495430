import { styleText } from 'node:util';
import { describe, expect, it } from 'vitest';
import { RunIncompleteError } from '../errors.ts';
import { paymentRun } from '../fixtures/payment-run.ts';
import { parseAnsi } from './ansi.ts';
import { runSvg } from './run-svg.ts';
import { terminalSvg } from './terminal-svg.ts';

const paint = (format: Parameters<typeof styleText>[0], text: string) =>
  styleText(format, text, { validateStream: false });

it('splits a line into stretches of one style', () => {
  const line = `a${paint(['bold', 'red'], 'b')}${paint('dim', 'c')}d`;
  expect(parseAnsi(line)).toMatchObject([
    { text: 'a', isBold: false },
    { text: 'b', isBold: true, color: 1 },
    { text: 'c', isDim: true },
    { text: 'd', isBold: false, isDim: false },
  ]);
  expect(parseAnsi(line).at(-1)).not.toHaveProperty('color');
});

describe('a picture of a terminal', () => {
  it('gives every word the place of its column, whatever the font', () => {
    const svg = terminalSvg([`ab  ${paint('green', 'cd e')}`], { title: 't', columns: 10 });
    expect(svg).toMatch(/<text x="20\.0" y="58" textLength="16\.8" fill="#e6e4e0">ab<\/text>/);
    expect(svg).toMatch(/<text x="53\.6" y="58" textLength="33\.6" fill="#7bd88f">cd e<\/text>/);
  });

  it('escapes its text', () => {
    expect(terminalSvg(['<a> & "b"'], { title: '<t>' })).toContain('&lt;a&gt; &amp; &quot;b&quot;');
  });

  it('shows the plain text of a run, or some of its lines', () => {
    const svg = runSvg(paymentRun({ scenario: 'failure' }));
    expect(svg).toContain('>all 200 connections of the pool are in use');
    expect(svg).not.toContain('\u001b');
    const part = runSvg(paymentRun({ scenario: 'failure' }), { to: 'example' });
    expect(part).toContain('Payment platform on Black Friday');
    expect(part).not.toContain('all 200 connections');
  });

  it('needs a run', () => {
    expect(() => runSvg([])).toThrow(RunIncompleteError);
  });
});
