import { checkLook, formatValue } from '@firedrill/core/report';
import type { RunRecord, RunStarted } from '@firedrill/core/scenario';
import type { Runs } from './runs.ts';

type Of<Type extends RunRecord['type']> = Extract<RunRecord, { type: Type }>;

/**
 * The recipes of generated blocks: `name example scenario` gives Markdown made from a real run.
 *
 * @throws Error for a recipe that does not exist.
 */
export async function renderRecipe(recipe: string, runs: Runs): Promise<string> {
  const [name = '', example = '', scenario = ''] = recipe.split(' ');
  const render = recipes[name];
  if (render === undefined) {
    const known = Object.keys(recipes).join(', ');
    throw new Error(`Failed to render "${recipe}": there is no such recipe. Use one of ${known}.`);
  }
  return render(example, scenario, runs);
}

const recipes: Readonly<
  Record<string, (example: string, scenario: string, runs: Runs) => Promise<string>>
> = {
  async output(example, scenario, runs) {
    const text = await runs.text(example, scenario);
    return `\`\`\`text\n${text.trimEnd()}\n\`\`\``;
  },

  async implementations(example, scenario, runs) {
    const { phases } = startOf(await runs.records(example, scenario));
    return table(
      ['implementation', 'what is wrong with it'],
      phases.map(({ title, flaw }) => [title, flaw]),
    );
  },

  async comparison(example, scenario, runs) {
    const records = await runs.records(example, scenario);
    const { metrics, phases } = startOf(records);
    const finished = records.filter(isOf('phase.finished'));
    const summaryOf = (id: string) => finished.find(({ phase }) => phase === id)?.summary ?? {};
    const broken = records.filter(isOf('check')).filter((check) => checkLook(check).isBroken);
    const breaks = (id: string, rule: string | undefined): boolean =>
      broken.some(({ phase, name }) => phase === id && name === rule);
    return table(
      ['', ...phases.map(({ title }) => title)],
      metrics.map(({ name, label, unit, rule }) => [
        label,
        ...phases.map(({ id }) => {
          const figure = formatValue(summaryOf(id)[name], unit);
          return breaks(id, rule) ? `**${figure}**` : figure;
        }),
      ]),
    );
  },

  async checks(example, scenario, runs) {
    const checks = (await runs.records(example, scenario)).filter(isOf('check'));
    return table(
      ['implementation', 'check', 'expected', 'observed', ''],
      checks.map((check) => {
        const { phase = '', title, expected, observed } = check;
        const { word, isBroken } = checkLook(check);
        return [phase, title, expected, observed, isBroken ? `**${word}**` : word];
      }),
    );
  },

  /** What breaks in the recovery run when one flag is added, beside the run without it. */
  async without(example, flag, runs) {
    const usual = checksOfLast(await runs.records(example, 'recovery'));
    const broken = checksOfLast(await runs.changed(example, flag)).filter(
      (check) => checkLook(check).isBroken,
    );
    if (broken.length === 0) throw new Error(`Failed to render "${flag}": nothing breaks by it.`);
    return table(
      ['what breaks', 'with it', 'without it'],
      broken.map(({ name, title, observed }) => [
        title,
        usual.find((check) => check.name === name)?.observed ?? '',
        `**${observed}**`,
      ]),
    );
  },

  /** What the recovery run with one setting on says of its rules: `judged example flag,rule,…`. */
  async judged(example, wanted, runs) {
    const [flag = '', ...rules] = wanted.split(',');
    const checks = checksOfLast(await runs.changed(example, flag));
    const chosen = rules.map((rule) => {
      const check = checks.find(({ name }) => name === rule);
      if (check === undefined)
        throw new Error(`Failed to render "${wanted}": no rule is "${rule}".`);
      return [check.title, check.expected, check.observed];
    });
    return table(['what is judged', 'expected', 'observed'], chosen);
  },

  async steps(example, scenario, runs) {
    const tables = (await runs.records(example, scenario)).filter(isOf('table'));
    return tables
      .map(({ title, columns, rows, note }) =>
        [
          `**${title}**`,
          table(
            columns.map(({ label }) => label),
            rows.map((row) =>
              columns.map(({ name, unit }) => {
                const value = row[name];
                return typeof value === 'string' ? value : formatValue(value, unit);
              }),
            ),
          ),
          note ?? '',
        ].join('\n\n'),
      )
      .join('\n\n');
  },
};

/** Those of the phase that a run ends with. */
function checksOfLast(records: readonly RunRecord[]): readonly Of<'check'>[] {
  const last = startOf(records).phases.at(-1)?.id;
  return records.filter(isOf('check')).filter(({ phase }) => phase === last);
}

function startOf(records: readonly RunRecord[]): RunStarted {
  const started = records.find(isOf('run.started'));
  if (started === undefined) throw new Error('Failed to read a run: it has no run.started.');
  return started;
}

function isOf<Type extends RunRecord['type']>(type: Type) {
  return (record: RunRecord): record is Of<Type> => record.type === type;
}

/** A Markdown table, its columns padded as the formatter pads them. */
function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [header, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = header.map((_, column) =>
    Math.max(3, ...cells.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  const [head = [], ...body] = cells;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}
