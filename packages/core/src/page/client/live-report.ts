import { byId } from './elements.ts';
import { enclosedRun, readEnclosed } from './enclosed-record.ts';
import { unpack } from './unpack.ts';
import { createWorkbench } from './workbench.ts';

const { origin, wall, stretch } = readEnclosed();

async function show(): Promise<void> {
  const type = 'text/javascript';
  const script = URL.createObjectURL(new Blob([await unpack('worker')], { type }));
  const { page, form, start } = createWorkbench({ openWorker: () => new Worker(script) });
  // A link to a storm that was run in this file.
  if (location.hash.length > 1) {
    start();
    return;
  }
  if (origin !== undefined) {
    const { trace: _, transport: __, ...request } = origin.flags;
    const example = byId('example', HTMLSelectElement).value;
    // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a form, no array
    form.fill({ example, request });
    form.describe(origin.about);
  }
  page.show(await enclosedRun(), { wall, stretch });
}

void show();
