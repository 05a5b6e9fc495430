/** A repair that somebody would try first, as a change of a problem. */
export interface WrongFix {
  readonly name: string;
  readonly incident: string;
  readonly exercise: string;
  /** What is replaced by what, once each. */
  readonly edits: readonly (readonly [from: string, to: string])[];
  /** The rule that it leaves broken. */
  readonly leavesOpen: string;
  /** What its own run has to say about it, at least. */
  readonly told: RegExp;
}

const payment = { incident: 'payment-processing' } as const;
const telling = { incident: 'inventory-management', exercise: '1-tell-everybody' } as const;
const update = 'await downstreams[name].update(message, { timeoutMs });';
const toldOfViews = /over 50 views of a product were wrong.*Struck were recommendations/;

export const wrongFixes: readonly WrongFix[] = [
  {
    ...payment,
    name: 'a breaker only',
    exercise: '2-freeze',
    edits: [
      [
        "import { withConnection } from '@firedrill/core/resilience';",
        "import { createBreakers, withConnection } from '@firedrill/core/resilience';",
      ],
      [
        '  const { telemetry, outside } = context;\n',
        '  const { telemetry, outside } = context;\n  const breakers = createBreakers({ failureThreshold: { consecutive: 3 }, halfOpenAfterMs: 10_000 });\n',
      ],
      [
        'effects.deliverWebhook(payment)',
        "breakers.execute('webhooks', () => effects.deliverWebhook(payment))",
      ],
    ],
    leavesOpen: 'authorisation-p99',
    told: /half of the payments took over a second.*side calls were under way/,
  },
  {
    ...payment,
    name: 'a retry without the key',
    exercise: '1-one-charge',
    edits: [
      [
        'const { chargeId } = await gateway.capture( { authorizationId }, { timeoutMs: gatewayTimeoutMs }, );',
        'const { chargeId } = await gateway\n      .capture({ authorizationId }, { timeoutMs: gatewayTimeoutMs })\n      .catch(() => gateway.capture({ authorizationId }, { timeoutMs: gatewayTimeoutMs }));',
      ],
    ],
    leavesOpen: 'no-double-charge',
    told: /order-\d+ was charged at 14:\d\d:\d\d as payment-\S+ and again at/,
  },
  {
    ...payment,
    name: 'a bigger pool',
    exercise: '3-keep-webhooks',
    edits: [['const workers = 8;', 'const workers = 1_000;']],
    leavesOpen: 'webhooks-accounted',
    told: /first webhook that was lost .* hangs in this storm/,
  },
  {
    ...payment,
    name: 'catch and ignore',
    exercise: '3-keep-webhooks',
    edits: [
      [
        '{ key: payment.request.merchantId });\n',
        '{ key: payment.request.merchantId }).catch(() => undefined);\n',
      ],
    ],
    leavesOpen: 'webhooks-accounted',
    told: /first webhook that was lost .* neither with the merchant nor as a dead letter/,
  },
  {
    ...payment,
    name: 'an unbounded queue',
    exercise: '3-keep-webhooks',
    edits: [['const queueSize = 64;', 'const queueSize = 1_000_000;']],
    leavesOpen: 'healthy-merchants',
    told: /a webhook to a merchant that is well took .* s/,
  },
  {
    ...telling,
    name: 'a breaker only',
    edits: [
      ['_breakers', 'breakers'],
      [
        update,
        `await breakers.execute(name, () => downstreams[name].update(message, { timeoutMs }));`,
      ],
    ],
    leavesOpen: 'downstreams-agree',
    told: toldOfViews,
  },
  {
    ...telling,
    name: 'a bigger pool',
    edits: [['const workers = 24;', 'const workers = 2_000;']],
    leavesOpen: 'downstreams-agree',
    told: toldOfViews,
  },
  {
    ...telling,
    name: 'catch and ignore',
    edits: [[update, update.replace(';', '.catch(() => undefined);')]],
    leavesOpen: 'downstreams-agree',
    told: toldOfViews,
  },
  {
    ...telling,
    name: 'an unbounded queue',
    edits: [['const queueSize = 240;', 'const queueSize = 1_000_000;']],
    leavesOpen: 'downstreams-agree',
    told: toldOfViews,
  },
  {
    name: 'a retry without the key',
    incident: 'inventory-management',
    exercise: '3-undo',
    edits: [['const mostAttempts = 3;', 'const mostAttempts = 10;']],
    leavesOpen: 'sold-once',
    told: /order-\d+ was charged \d+ times/,
  },
];
