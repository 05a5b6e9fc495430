import { stormOfCommand, stormOfFlags } from '../../../tools/src/site/storm-command.ts';

/** Every example has them. */
const scenarios = {
  failure: 'Run the storm here',
  recovery: 'Run it on the repaired system',
  scale: 'Run it with more and more load',
};

/**
 * A chapter's storm: nothing of it is loaded before it is asked for. Then the page runs it, in a worker of
 * this browser.
 */
class Storm extends HTMLElement {
  connectedCallback(): void {
    const example = this.dataset['example'] ?? '';
    const choices = document.createElement('p');
    for (const [scenario, label] of Object.entries(scenarios)) {
      const one = button(label);
      one.addEventListener('click', () => this.run(`example=${example}&scenario=${scenario}`));
      choices.append(one);
    }
    this.replaceChildren(choices);
  }

  /** @param storm the text behind `#` of the page's address */
  run(storm: string): void {
    const address = `/storm/#${storm}`;
    const known = this.querySelector('iframe');
    if (known === null) {
      const frame = document.createElement('iframe');
      frame.title = 'The storm, as it runs in this browser';
      frame.src = address;
      const alone = document.createElement('a');
      alone.href = address;
      alone.textContent = 'Open it on a page of its own';
      this.append(frame, alone);
    } else {
      // The address differs in its hash alone: the page that is open reads it, and runs again.
      known.src = address;
      this.querySelector('a')?.setAttribute('href', address);
    }
    this.scrollIntoView({ block: 'start' });
  }
}

/** Brings the storms of a chapter to life: each command and flag that the page can show gets a button. */
export function startStorms(): void {
  customElements.define('firedrill-storm', Storm);
  const main = document.querySelector('main');
  if (main === null) return;
  const own = main.querySelector('firedrill-storm');
  for (const block of main.querySelectorAll('pre')) {
    const lines = [...block.querySelectorAll('.line')].map(({ textContent }) => textContent);
    const choices = lines.flatMap((line) => choice(stormOfCommand(line)));
    // What is run as it stands, the storm of the chapter has buttons for.
    offer(
      block,
      choices.filter(({ isPlain }) => !isPlain || own === null),
    );
  }
  const example = own instanceof HTMLElement ? own.dataset['example'] : undefined;
  if (example === undefined) return;
  const paragraphs = new Map<Element, Choice[]>();
  for (const code of main.querySelectorAll('p > code, li > code')) {
    const paragraph = code.parentElement;
    if (paragraph === null) continue;
    const choices = choice(stormOfFlags(code.textContent, example));
    paragraphs.set(paragraph, [...(paragraphs.get(paragraph) ?? []), ...choices]);
  }
  for (const [paragraph, choices] of paragraphs) offer(paragraph, choices);
}

interface Choice {
  readonly storm: string;
  readonly label: string;
  /** Whether nothing of the scenario is changed. */
  readonly isPlain: boolean;
}

function choice(storm: string | undefined): readonly Choice[] {
  if (storm === undefined) return [];
  const fields = new URLSearchParams(storm);
  const changes = [...fields.getAll('set'), ...fields.getAll('fault')];
  const why = fields.get('why') === null ? [] : ['why'];
  const what = [fields.get('scenario') ?? '', ...changes, ...why];
  return [{ storm, label: `Run here: ${what.join(', ')}`, isPlain: what.length === 1 }];
}

function offer(after: Element, choices: readonly Choice[]): void {
  if (choices.length === 0) return;
  const row = document.createElement('p');
  row.className = 'run-here';
  for (const { storm, label } of choices) {
    const one = button(label);
    one.addEventListener('click', () => stormOf(row, storm).run(storm));
    row.append(one);
  }
  after.after(row);
}

/** The storm of the chapter, or one that is put below the buttons. */
function stormOf(row: Element, storm: string): Storm {
  const known = document.querySelector('firedrill-storm');
  if (known instanceof Storm) return known;
  const made = new Storm();
  made.dataset['example'] = new URLSearchParams(storm).get('example') ?? '';
  row.after(made);
  return made;
}

function button(label: string): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = label;
  return made;
}
