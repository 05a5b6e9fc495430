import { HtmlValidate } from 'html-validate';
import type { Built } from './files.ts';

/** What the HTML standard does not allow in the built pages: `address: rule: message`. */
export async function badHtml({ pages }: Built): Promise<readonly string[]> {
  const validate = new HtmlValidate({
    root: true,
    extends: ['html-validate:standard'],
    elements: ['html5'],
  });
  const found: string[] = [];
  for (const [address, text] of pages) {
    const report = await validate.validateString(text, address);
    for (const { messages } of report.results) {
      for (const { ruleId, message, line, column } of messages) {
        found.push(`${address}:${line}:${column}: ${ruleId}: ${message}`);
      }
    }
  }
  return found;
}
