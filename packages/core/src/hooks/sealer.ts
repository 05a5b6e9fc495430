import type { CaptureContext, ContextRunner } from './context-capture.ts';
import type { EmitOptions } from './emit-options.ts';
import { Envelope } from './envelope.ts';
import { TaskContext } from './handler-context.ts';
import type { Lineage } from './lineage.ts';
import type { Reporter } from './reporter.ts';

const noSignals: readonly AbortSignal[] = [];

export interface SealerOptions {
  readonly captureContext: CaptureContext | undefined;
  readonly createId: () => string;
}

/** Puts what an emit carries beyond its data into an envelope. */
export class Sealer {
  readonly #captureContext: CaptureContext | undefined;
  readonly #createId: () => string;
  readonly #lineage: Lineage;
  readonly #reporter: Reporter;

  constructor({ captureContext, createId }: SealerOptions, lineage: Lineage, reporter: Reporter) {
    this.#captureContext = captureContext;
    this.#createId = createId;
    this.#lineage = lineage;
    this.#reporter = reporter;
  }

  /** Undefined for an emit that carries nothing. */
  seal(options: EmitOptions | undefined, takesContext: boolean): Envelope | undefined {
    const runInContext = this.#capture();
    const { depth: underWay } = this.#lineage;
    const isBare = options === undefined && underWay === undefined && !takesContext;
    if (isBare && runInContext === undefined) return undefined;
    const { key, timeoutMs, signal, cause, id, correlationId } = options ?? {};
    const parent = cause instanceof TaskContext ? cause.envelope : undefined;
    const signals = signalsOf(signal, parent);
    const depth = 1 + Math.max(parent?.depth ?? -1, underWay ?? -1);
    return new Envelope({
      key,
      // A limit of the emit starts now, not when the burst began: it asks for the time itself.
      deadline:
        timeoutMs === undefined || timeoutMs === Infinity
          ? Infinity
          : performance.now() + timeoutMs,
      signals,
      runInContext,
      depth,
      id,
      correlationId: correlationId ?? cause?.correlationId,
      causationId: cause?.id,
      createId: this.#createId,
    });
  }

  #capture(): ContextRunner | undefined {
    if (this.#captureContext === undefined) return undefined;
    try {
      return this.#captureContext();
    } catch {
      this.#reporter.observerFailures++;
      return undefined;
    }
  }
}

/** The own signal of an emit, and those that cancel what it follows from. */
function signalsOf(
  own: AbortSignal | undefined,
  parent: Envelope | undefined,
): readonly AbortSignal[] {
  const inherited = parent?.signals ?? noSignals;
  if (own === undefined || inherited.includes(own)) return inherited;
  return [own, ...inherited];
}
