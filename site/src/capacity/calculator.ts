import type {
  FormInput,
  PlanMessage,
  PlanRequest,
} from '../../../packages/core/src/capacity-cli/worker/protocol.ts';
import { make } from '../elements/make.ts';
import { sweepCharts } from './sweep-chart.ts';

/** What the chapter plans first. */
const first: PlanRequest = { 'events-per-second': '5000', 'processing-ms': '2', burst: '2' };

/** Asked for at once; the rest stands behind a button. */
const usual = new Set([
  'events-per-second',
  'processing-ms',
  'variation',
  'peak',
  'burst',
  'target-drop-rate',
]);

/** So long nobody types, in ms, before a plan is made of it. */
const pauseMs = 200;
/** A plan that takes longer says so, in ms. */
const patienceMs = 1_500;

const workerAddress = '/capacity/stdin.js';

/** The calculator of the chapter on capacity: plans in a worker, and keeps its figures in the address. */
class Calculator extends HTMLElement {
  readonly #status = make('p', { role: 'status', class: 'status' });
  readonly #result = make('div', { class: 'result' });
  readonly #charts = make('div', { class: 'charts' });
  readonly #rows = new Map<string, InputRow>();
  #worker: Worker | undefined;
  #isBusy = false;
  #typed: ReturnType<typeof setTimeout> | undefined;
  #late: ReturnType<typeof setTimeout> | undefined;

  connectedCallback(): void {
    this.#status.textContent = 'The calculator is loaded.';
    this.#open();
  }

  disconnectedCallback(): void {
    this.#worker?.terminate();
  }

  /** A worker of its own for what is asked next: what is still at work on the last is of no interest. */
  #open(): Worker {
    this.#worker?.terminate();
    const worker = new Worker(workerAddress, { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<PlanMessage>) => this.#hear(data));
    worker.addEventListener('error', () => {
      this.#status.textContent =
        'The calculator could not be loaded. Load the page again; pnpm capacity gives the same answers.';
    });
    this.#worker = worker;
    this.#isBusy = false;
    return worker;
  }

  #hear(message: PlanMessage): void {
    switch (message.type) {
      case 'inputs':
        if (this.#rows.size === 0) this.#build(message.inputs);
        return;
      case 'plan':
        clearTimeout(this.#late);
        this.#show(message);
        return;
      case 'sweep':
        this.#isBusy = false;
        this.#charts.replaceChildren(
          ...sweepCharts(message.sweep),
          make(
            'ul',
            { class: 'legend' },
            ...message.sweep.lines.map(({ label }, index) =>
              make('li', { class: `line-${index}` }, label),
            ),
          ),
        );
        return;
      case 'refused':
        clearTimeout(this.#late);
        this.#isBusy = false;
        this.#refuse(message);
    }
  }

  #build(inputs: readonly FormInput[]): void {
    const rows = inputs.map((input) => [input.name, inputRow(input)] as const);
    for (const [name, row] of rows) this.#rows.set(name, row);
    const part = (isUsual: boolean): readonly HTMLElement[] =>
      rows.flatMap(([name, { element }]) => (usual.has(name) === isUsual ? [element] : []));
    const again = make('button', { type: 'button' }, 'As in this chapter');
    again.addEventListener('click', () => {
      this.#fill(first);
      this.#ask();
    });
    const more = make('details', {}, make('summary', {}, 'More figures'));
    more.append(make('div', { class: 'figures' }, ...part(false)));
    const form = make('form', { 'aria-label': 'Your load', autocomplete: 'off' });
    form.append(make('div', { class: 'figures' }, ...part(true)), more, make('p', {}, again));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#ask();
    });
    form.addEventListener('input', () => {
      clearTimeout(this.#typed);
      this.#typed = setTimeout(() => this.#ask(), pauseMs);
    });
    this.replaceChildren(form, this.#status, this.#result);
    const { figures, unknown } = figuresOfAddress(this.#rows);
    this.#fill(figures);
    more.open = Object.keys(figures).some((name) => !usual.has(name));
    if (unknown.length > 0) {
      this.prepend(
        make('p', { class: 'refused' }, `The address has no figure called ${unknown.join(', ')}.`),
      );
    }
    this.#ask();
  }

  #fill(figures: PlanRequest): void {
    for (const [name, { field }] of this.#rows) field.value = figures[name] ?? '';
  }

  #ask(): void {
    clearTimeout(this.#typed);
    const figures: PlanRequest = {};
    for (const [name, { field }] of this.#rows) {
      const text = field.value.trim();
      if (text !== '') figures[name] = text;
    }
    keepInAddress(figures);
    const worker = this.#isBusy || this.#worker === undefined ? this.#open() : this.#worker;
    this.#isBusy = true;
    clearTimeout(this.#late);
    this.#late = setTimeout(() => {
      this.#status.textContent = 'This plan takes long: many workers, or times that vary much …';
    }, patienceMs);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, no window
    worker.postMessage(figures);
  }

  #show({ command, load, table, closing }: Extract<PlanMessage, { type: 'plan' }>): void {
    for (const row of this.#rows.values()) row.accept();
    const [recommended = '', ...rest] = closing;
    this.#status.classList.remove('refused');
    this.#status.textContent = recommended;
    this.#charts.replaceChildren();
    this.#result.replaceChildren(
      make('p', {}, load.join('. ') + '.'),
      tableOf(table),
      this.#charts,
      make('ul', {}, ...rest.map((line) => make('li', {}, line))),
      make('p', {}, 'The same on the command line: ', make('code', { class: 'command' }, command)),
    );
  }

  #refuse({ message, input }: Extract<PlanMessage, { type: 'refused' }>): void {
    for (const row of this.#rows.values()) row.accept();
    this.#status.classList.add('refused');
    this.#status.textContent = message;
    this.#result.replaceChildren();
    const row = input === undefined ? undefined : this.#rows.get(input);
    row?.refuse();
    row?.element.closest('details')?.setAttribute('open', '');
  }
}

interface InputRow {
  readonly element: HTMLElement;
  readonly field: HTMLInputElement | HTMLSelectElement;
  /** Marks it as the one that is at fault. */
  refuse(): void;
  accept(): void;
}

function inputRow({ name, label, unit, range, choices, preset }: FormInput): InputRow {
  const id = `capacity-${name}`;
  const field =
    choices.length > 0
      ? make(
          'select',
          { id, name },
          ...choices.map((choice) =>
            make('option', { value: choice === preset ? '' : choice }, choice),
          ),
        )
      : make('input', {
          id,
          name,
          type: 'text',
          inputmode: 'decimal',
          maxlength: '40',
          placeholder: preset,
          'aria-describedby': `${id}-range`,
        });
  const element = make(
    'div',
    {},
    make('label', { for: id }, `${label.charAt(0).toUpperCase()}${label.slice(1)}`),
    make('span', { class: 'field' }, field, make('span', { class: 'unit' }, unit)),
  );
  if (range !== '') element.append(make('small', { id: `${id}-range` }, range));
  return {
    element,
    field,
    refuse: () => field.setAttribute('aria-invalid', 'true'),
    accept: () => field.removeAttribute('aria-invalid'),
  };
}

/** @returns the figures of the address, or those of the chapter when it has none */
function figuresOfAddress(known: ReadonlyMap<string, unknown>): {
  readonly figures: PlanRequest;
  readonly unknown: readonly string[];
} {
  const given = [...new URLSearchParams(location.search)];
  const figures = Object.fromEntries(given.filter(([name]) => known.has(name)));
  const unknown = given.flatMap(([name]) => (known.has(name) ? [] : [name]));
  return { figures: Object.keys(figures).length > 0 ? figures : first, unknown };
}

function keepInAddress(figures: PlanRequest): void {
  const isFirst = new URLSearchParams(figures).toString() === new URLSearchParams(first).toString();
  const query = isFirst ? '' : `?${new URLSearchParams(figures)}`;
  history.replaceState(history.state, '', `${location.pathname}${query}${location.hash}`);
}

function tableOf([head = [], ...rows]: readonly (readonly string[])[]): HTMLElement {
  const [, ...titles] = head;
  const headRow = make('tr', {}, make('td'));
  headRow.append(...titles.map((title) => make('th', { scope: 'col' }, title)));
  const body = make('tbody');
  for (const [label = '', ...cells] of rows) {
    const row = make('tr', {}, make('th', { scope: 'row' }, label));
    row.append(...cells.map((cell) => make('td', {}, cell)));
    body.append(row);
  }
  return make('table', { tabindex: '0' }, make('thead', {}, headRow), body);
}

customElements.define('firedrill-capacity', Calculator);
