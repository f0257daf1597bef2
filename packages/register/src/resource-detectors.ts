/** What a process says of itself: local facts only, and no secret of its command line. */
import {
  hostDetector,
  osDetector,
  processDetector,
  resourceFromAttributes,
  type Resource,
  type ResourceDetector,
  serviceInstanceIdDetector,
  serviceNameEnvDetector,
} from '@opentelemetry/resources';
import type { Environment } from './security-options.ts';

const BY_NAME: ReadonlyMap<string, readonly ResourceDetector[]> = new Map([
  ['service', [serviceInstanceIdDetector, serviceNameEnvDetector]],
  ['serviceinstance', [serviceInstanceIdDetector]],
  ['env', [serviceNameEnvDetector]],
  ['host', [hostDetector, osDetector]],
  ['os', [osDetector]],
  ['process', [processDetector]],
]);
const DEFAULT_NAMES = ['service', 'host', 'process'] as const;

/**
 * The detectors `OTEL_NODE_RESOURCE_DETECTORS` names, by default service, host and process. None asks a
 * cloud's metadata service. `mask` takes secrets out of what the process detector found.
 */
export function resourceDetectors(
  environment: Environment,
  mask: (resource: Resource) => Resource,
): ResourceDetector[] {
  const named = (environment['OTEL_NODE_RESOURCE_DETECTORS'] ?? '')
    .split(',')
    .map((name) => name.trim());
  const wanted = named.filter((name) => name !== '');
  if (wanted.includes('none')) return [];
  const names = wanted.length === 0 || wanted.includes('all') ? DEFAULT_NAMES : wanted;
  const detectors = new Set(names.flatMap((name) => BY_NAME.get(name) ?? []));
  return [...detectors].map((detector) =>
    detector === processDetector ? masked(detector, mask) : detector,
  );
}

function masked(
  detector: ResourceDetector,
  mask: (resource: Resource) => Resource,
): ResourceDetector {
  return {
    detect: (config) => {
      const { attributes = {} } = detector.detect(config);
      return { attributes: mask(resourceFromAttributes(attributes)).attributes };
    },
  };
}
