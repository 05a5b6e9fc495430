import { describe, expect, test } from 'vitest';
import { changesOf, measuredParts, releaseNotes } from './notes.ts';
import { linesToTell } from './swarms.ts';

const changelog = '# @firedrill/core\n\n## 0.2.0\n\n### Minor\n\n- new\n\n## 0.1.0\n\n- old\n';
const document =
  '# Bugs\n\n## Payments\n\nwords\n\n<!-- measured: planted payment -->\n\n20 of 26 found.\n\n<!-- /measured -->\n\nmore words\n';

describe('the notes of a version', () => {
  test('have its own changes, and those of no other', () => {
    expect(changesOf(changelog, '0.2.0')).toBe('### Minor\n\n- new');
    expect(() => changesOf(changelog, '0.3.0')).toThrow('has no section 0.3.0');
  });

  test('have the measured tables of documents, under their headings', () => {
    expect(measuredParts(document)).toEqual(['### Payments\n\n20 of 26 found.']);
  });

  test('have a table that ends with its section', () => {
    const open = '# B\n\n## Hooks\n\n<!-- measured: hooks -->\n\n14 ns\n\n## Others\n\nwords\n';
    expect(measuredParts(open)).toEqual(['### Hooks\n\n14 ns']);
    expect(measuredParts('<!-- measured: hooks -->\n\n14 ns\n')).toEqual(['14 ns']);
  });

  test('list every file of every tarball with its size', () => {
    const notes = releaseNotes({
      version: '0.2.0',
      changelog,
      swarmed: 'tea: 40 storms, nothing broke',
      measured: { 'Planted bugs': document },
      packed: { '@firedrill/core': [{ path: 'dist/a.js', bytes: 1_500 }] },
    });
    expect(notes).toContain('## Planted bugs\n\n### Payments\n\n20 of 26 found.');
    expect(notes).toContain('@firedrill/core: 1 files, 1.5 kB');
    expect(notes).toContain('      1.5  dist/a.js');
    expect(notes).toContain('repaired systems\n\ntea: 40 storms, nothing broke');
    expect(notes).not.toContain('old');
  });

  test('tell how a swarm ended, and not how far it was', () => {
    const progress = 'tea: 20 of 40 storms, 3 a second, 0 broken (0 rules), 1 signals seen\n';
    const end = 'tea, careful: 40 storms from seed 1 in 1 s, nothing broke\n';
    expect(linesToTell(`${progress}${end}`)).toBe(end.trim());
  });
});
