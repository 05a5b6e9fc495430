/** Markup that is safe to put into the page as it is. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Markup | string | number | undefined | false | readonly Part[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function render(part: Part): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'object') return part.map(render).join('');
  return String(part).replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** Builds markup; whatever is interpolated is escaped, unless it is markup itself. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.map((text, index) => text + render(parts[index])).join(''));
}

/**
 * {@link markup} under the name by which formatters know HTML. They may move blanks in it, and of those
 * that they put in one is enough: half of a page would be blanks.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const short = strings.map((text) => text.replaceAll(/\s*\n\s*/g, '\n'));
  return new Markup(short.map((text, index) => text + render(parts[index])).join(''));
}

/** JSON to stand inside a script element: `</script>` and `<!--` cannot occur in it. */
export function jsonForScript(value: unknown): Markup {
  const text = JSON.stringify(value)
    .replaceAll('<', String.raw`\u003c`)
    .replaceAll('\u2028', String.raw`\u2028`)
    .replaceAll('\u2029', String.raw`\u2029`);
  return new Markup(text);
}
