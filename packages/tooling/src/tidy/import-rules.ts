/** Which package, and which folder of the processor, may import which: DESIGN's tables as data. */

const RING_0 = ['memory', 'conventions', 'otlp', 'redaction', 'indicators', 'verdict'] as const;
const INSTRUMENTATIONS = [
  'instrumentation-http',
  'instrumentation-express',
  'instrumentation-passport',
  'instrumentation-fastify',
  'instrumentation-koa',
  'instrumentation-hapi',
  'instrumentation-hono',
  'instrumentation-password',
  'instrumentation-token',
] as const;

/** Workspace packages each package may import at run time. */
export const PACKAGE_MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  memory: [],
  conventions: [],
  otlp: [],
  redaction: ['memory'],
  indicators: ['memory'],
  verdict: ['memory', 'conventions', 'indicators'],
  api: ['conventions'],
  instrumentation: ['api', ...RING_0],
  ...Object.fromEntries(
    INSTRUMENTATIONS.map((name) => [name, ['instrumentation', 'conventions', 'verdict']]),
  ),
  sdk: ['api', 'instrumentation', ...RING_0],
  register: ['sdk', ...INSTRUMENTATIONS, 'conventions'],
  sigma: [],
  rules: [],
  processor: [...RING_0, 'sigma', 'rules'],
  testkit: [...RING_0],
  benchmarks: ['indicators', 'otlp', 'redaction', 'processor', 'register', 'testkit'],
  'outcome-matrix': [
    ...INSTRUMENTATIONS,
    'instrumentation',
    'register',
    'sdk',
    'testkit',
    'processor',
  ],
  tooling: [],
};

/** Folders of `processor/src` each folder may import: stages meet only in `model` and `pipeline`. */
export const PROCESSOR_FOLDER_MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  model: [],
  options: [],
  pipeline: ['model', 'options'],
  receivers: ['model', 'pipeline', 'options'],
  detection: ['model', 'pipeline'],
  redaction: ['model', 'pipeline'],
  journal: ['model', 'pipeline'],
  exporters: ['model', 'pipeline', 'options'],
  correlation: ['model', 'pipeline'],
  analysis: ['model', 'pipeline', 'options', 'correlation'],
  alerts: ['model', 'pipeline', 'options'],
  store: ['model', 'pipeline'],
  posture: ['model', 'pipeline', 'store'],
  inventory: ['model', 'pipeline', 'options', 'store', 'posture'],
  apis: ['model', 'store', 'posture'],
  telemetry: ['model', 'pipeline'],
  config: [
    ...['model', 'pipeline', 'options', 'receivers', 'exporters', 'analysis', 'inventory'],
    'alerts',
  ],
  service: [
    ...['model', 'pipeline', 'receivers', 'detection', 'redaction', 'journal', 'exporters'],
    ...['correlation', 'alerts', 'inventory', 'store', 'posture', 'telemetry', 'config'],
  ],
  cli: ['model', 'pipeline', 'config', 'service', 'store', 'posture', 'apis'],
};

/** Names that say nothing of what a file or folder holds. */
export const EMPTY_NAMES: readonly string[] = [
  ...['utils', 'util', 'helpers', 'helper', 'common', 'core', 'misc', 'types', 'shared', 'lib'],
];
