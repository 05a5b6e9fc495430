import { expect, test } from 'vitest';
import { deadLinks } from './dead-links.ts';

test('a link to a file or a heading that is not there is named with its line', () => {
  const readme = [
    '# Here',
    '[a file](CONTRIBUTING.md), [a folder](docs), [a heading](#two-words), [its twin](#two-words-1),',
    '[another page](docs/guide.md#the-hook-s-own), [elsewhere](https://example.com/#nothing)',
    '`[no](link.md)` [gone](docs/gone.md) [no heading](#three)',
    '```md',
    '[not](this.md)',
    '```',
    '[not there](docs/guide.md#at-all)',
    '## Two words',
    '## Two `words`',
  ].join('\n');
  const guide =
    '# Guide\n\n## The hook-s `own`\n\n[up](../README.md#here) [down](../README.md#below)';
  expect(
    deadLinks(
      new Map([
        ['README.md', readme],
        ['docs/guide.md', guide],
      ]),
    ),
  ).toEqual([
    'README.md:4: docs/gone.md leads nowhere',
    'README.md:4: #three leads nowhere',
    'README.md:8: docs/guide.md#at-all leads nowhere',
    'docs/guide.md:5: ../README.md#below leads nowhere',
  ]);
});
