import { type Address, parseAddress } from '../address.ts';
import type { About, RunRequest } from '../protocol.ts';
import { byId, element, setOptions } from './elements.ts';

export interface Form {
  fill(address: Address): void;
  /** Offers what the example can have. */
  describe(about: About): void;
  /** Puts a stretch of virtual time into the form that breaks something. */
  offerWindow(fromMs: number, toMs: number): void;
  /** The same where nobody has chosen one, and the one that is there would come after the end of the run. */
  fitWindow(durationMs: number): void;
}

/** The end of the window that the page comes with. */
const usualEndMs = 600_000;

/**
 * The form of a run: what is chosen goes to `onRun`, a record that is dropped or picked to `onFile`, where
 * the page can open one.
 */
export function createForm(onRun: (address: Address) => void, onFile?: (file: File) => void): Form {
  const example = byId('example', HTMLSelectElement);
  const scenario = byId('scenario', HTMLSelectElement);
  const seed = byId('seed', HTMLInputElement);
  const service = byId('service', HTMLSelectElement);
  const kind = byId('kind', HTMLSelectElement);
  const faultList = byId('faults', HTMLElement);
  const settingList = byId('settings', HTMLElement);
  /** What was chosen elsewhere, such as the load of a command: it stays. */
  let elsewhere: Partial<RunRequest> = {};
  let faults: readonly string[] = [];
  let set: readonly string[] = [];
  let targets: About['targets'] = [];

  function showFaults(): void {
    faultList.replaceChildren(
      ...faults.map((spec) => {
        const item = element('li');
        const remove = element('button', 'Remove', {
          type: 'button',
          'aria-label': `Remove ${spec}`,
        });
        remove.addEventListener('click', () => {
          faults = faults.filter((one) => one !== spec);
          showFaults();
          submit();
        });
        item.append(element('code', spec), ' ', remove);
        return item;
      }),
    );
  }
  function submit(withWhy = false): void {
    const fields = new URLSearchParams({
      example: example.value,
      scenario: scenario.value,
      seed: seed.value,
    });
    for (const one of set) fields.append('set', one);
    for (const one of faults) fields.append('fault', one);
    if (withWhy) fields.set('why', '1');
    const { request } = parseAddress(fields.toString(), [example.value]);
    const { calm = false, implementation, load } = elsewhere;
    onRun({
      example: example.value,
      request: {
        ...request,
        calm,
        ...(implementation !== undefined && { implementation }),
        ...(load !== undefined && { load }),
      },
    });
  }
  function changedSettings(): readonly string[] {
    return [...settingList.querySelectorAll('input')].flatMap(({ name, value, defaultValue }) =>
      value === defaultValue ? [] : [`${name}=${value}`],
    );
  }
  function showKinds(): void {
    const kinds = targets.find(({ name }) => name === service.value)?.kinds ?? [];
    setOptions(
      kind,
      kinds.map((name) => [name, name]),
    );
  }

  service.addEventListener('change', showKinds);
  example.addEventListener('change', () => {
    elsewhere = {};
    faults = [];
    set = [];
    settingList.replaceChildren();
    showFaults();
    submit();
  });
  byId('run', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    set = changedSettings();
    submit();
  });
  byId('break', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    const [from, to] = ['from', 'to'].map((id) => byId(id, HTMLInputElement).value);
    faults = [...faults, `${service.value}:${kind.value}@${from}-${to}`];
    showFaults();
    submit();
  });
  if (onFile !== undefined) takeFiles(onFile);

  byId('why', HTMLButtonElement).addEventListener('click', () => submit(true));
  document.querySelector('#link')?.addEventListener('click', ({ currentTarget }) => {
    if (currentTarget instanceof HTMLElement) void copyAddress(currentTarget);
  });

  return {
    offerWindow(fromMs, toMs) {
      setWindow(fromMs, toMs);
      kind.focus();
    },
    fitWindow(durationMs) {
      const isChosen = ['from', 'to'].some((id) => {
        const { value, defaultValue } = byId(id, HTMLInputElement);
        return value !== defaultValue;
      });
      if (!isChosen && durationMs < usualEndMs) setWindow(durationMs / 3, (durationMs * 2) / 3);
    },
    fill(address) {
      example.value = address.example;
      scenario.value = address.request.scenario;
      seed.value = String(address.request.seed);
      elsewhere = address.request;
      ({ fault: faults, set } = address.request);
      showFaults();
    },
    describe(about) {
      ({ targets } = about);
      setOptions(
        service,
        targets.map(({ name }) => [name, name]),
      );
      showKinds();
      settingList.replaceChildren(
        ...about.settings.map((setting) => {
          const chosen = set.find((one) => one.startsWith(`${setting.name}=`));
          const usual = String(setting.default);
          const input = element('input', '', {
            name: setting.name,
            value: usual,
            inputmode: 'decimal',
          });
          if (chosen !== undefined) input.value = chosen.slice(setting.name.length + 1);
          const label = element('label', `${setting.name} `, { title: setting.range });
          label.append(input, element('small', setting.description));
          return label;
        }),
      );
    },
  };
}

function takeFiles(onFile: (file: File) => void): void {
  byId('file', HTMLInputElement).addEventListener('change', ({ target }) => {
    const file = target instanceof HTMLInputElement ? target.files?.[0] : undefined;
    if (file !== undefined) onFile(file);
  });
  addEventListener('dragover', (event) => event.preventDefault());
  addEventListener('drop', (event) => {
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file !== undefined) onFile(file);
  });
}

async function copyAddress(button: HTMLElement): Promise<void> {
  const usual = button.textContent;
  try {
    await navigator.clipboard.writeText(location.href);
    button.textContent = 'Copied';
  } catch {
    button.textContent = 'It stands in the address bar';
  }
  setTimeout(() => (button.textContent = usual), 2_000);
}

function setWindow(fromMs: number, toMs: number): void {
  for (const [id, atMs] of [
    ['from', fromMs],
    ['to', toMs],
  ] as const) {
    byId(id, HTMLInputElement).value = `+${Math.round(atMs / 1_000)}s`;
  }
}
