import { findImplementation } from '@firedrill/core/scenario';
import { brokenIn, mysteryStorm, type ProvenMystery } from '@firedrill/core/workshop';

/** Tries a remedy on the same storm: the names of the signs that are left. */
export async function signsLeft(
  mystery: ProvenMystery,
  implementation: string,
  settings: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  const { example, signs } = mystery;
  const changed = Object.fromEntries(
    Object.entries(settings).map(([name, text]) => [name, Number(text)]),
  );
  const all = { ...mystery.settings, ...changed };
  const parsed = example.settings.safeParse(all);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new RangeError(
      `The setting ${issue?.path.join('.') ?? ''} cannot be that: ${issue?.message ?? 'it is out of range'}.`,
    );
  }
  const storm = await mysteryStorm({ ...mystery, settings: all });
  const { broken } = await brokenIn(example, findImplementation(example, implementation), storm);
  return signs.filter((sign) => broken.includes(sign));
}
