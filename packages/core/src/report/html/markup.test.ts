import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { jsonForScript, Markup, markup } from './markup.ts';

it('escapes what is interpolated, in text and in attributes', () => {
  const text = `<b title="x">&'</b>`;
  expect(markup`<p title="${text}">${text}</p>`.text).toBe(
    '<p title="&lt;b title=&quot;x&quot;&gt;&amp;&#39;&lt;/b&gt;">&lt;b title=&quot;x&quot;&gt;&amp;&#39;&lt;/b&gt;</p>',
  );
});

it('takes markup as it is, lists in order, and nothing for what is missing', () => {
  const items = ['a', '<'].map((text) => markup`<li>${text}</li>`);
  expect(markup`<ul>${items}${undefined}${false}${0}</ul>`.text).toBe(
    '<ul><li>a</li><li>&lt;</li>0</ul>',
  );
  expect(markup`${new Markup('<hr>')}`.text).toBe('<hr>');
});

it('JSON in a script element cannot end it, and comes back the same', () => {
  const value = { a: '</script><!--<script>', b: '\u2028\u2029' };
  expect(jsonForScript(value).text).not.toMatch(/[<\u2028\u2029]/);
  fc.assert(
    fc.property(fc.jsonValue(), (json) => {
      const { text } = jsonForScript(json);
      expect(text).not.toContain('<');
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(json)));
    }),
  );
});
