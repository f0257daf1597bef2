/** What tests of all packages share. Not published. */

export { FakeClock, type FakeClockSettings } from './clock/fake-clock.ts';
export {
  anyValue as arbitraryAnyValue,
  attributeKey as arbitraryAttributeKey,
  attributes as arbitraryAttributes,
  keyValue as arbitraryKeyValue,
  text as arbitraryText,
} from './fixtures/arbitrary-attributes.ts';
export {
  arbitraryLogsRequest,
  arbitraryMetricsRequest,
  arbitraryRequest,
  arbitraryRequestBytes,
  arbitraryTracesRequest,
} from './fixtures/arbitrary-request.ts';
export { type CanaryRequest, canaryRequest } from './fixtures/canary-request.ts';
export { type LogsRequestSettings, logsRequest } from './fixtures/logs-request.ts';
export { type MetricsRequestSettings, metricsRequest } from './fixtures/metrics-request.ts';
export {
  PYTHON_CONVENTIONS,
  RECORDED_LANGUAGES,
  recordedExport,
  recordedExpressShop,
  type RecordedLanguage,
  recordedPython,
} from './fixtures/recorded-request.ts';
export {
  cardNumber,
  emailAddress,
  jwt,
  luhnCheckDigit,
  password,
  type Secret,
  SECRET_KINDS,
  type SecretKind,
  secretOf,
} from './fixtures/secrets.ts';
export { type TraceRequestSettings, traceRequest } from './fixtures/trace-request.ts';
export { findText, findTextIn } from './oracle/find-text.ts';
export { comparableRequest, decodeRequest, encodeRequest, verifyRequest } from './oracle/oracle.ts';
export {
  type AnyValue,
  type EntityRef,
  type Exemplar,
  type ExponentialBuckets,
  type ExponentialHistogramDataPoint,
  type HistogramDataPoint,
  type InstrumentationScope,
  type Int64,
  type KeyValue,
  type LogRecord,
  type LogsRequest,
  type Metric,
  type MetricsRequest,
  type NumberDataPoint,
  OTLP_SIGNALS,
  type OtlpRequest,
  type OtlpSignal,
  type RequestOf,
  type Resource,
  type ResourceLogs,
  type ResourceMetrics,
  type ResourceSpans,
  type ScopeLogs,
  type ScopeMetrics,
  type ScopeSpans,
  type Span,
  type SpanEvent,
  type SpanLink,
  type SpanStatus,
  type SummaryDataPoint,
  type TracesRequest,
} from './oracle/otlp-model.ts';
export { requestAsJson } from './oracle/request-json.ts';
export { mutateBytes } from './random/mutate-bytes.ts';
export { SeededRandom } from './random/seeded-random.ts';
export { HttpSink, type SinkAnswer, type SinkRequest } from './servers/http-sink.ts';
export { startCollector, type CollectorOptions } from './peers/collector.ts';
export {
  EXPORTED_ITEMS,
  findGrpcExporter,
  GRPC_EXPORTERS,
  type GrpcExporter,
  type GrpcExporterLanguage,
} from './peers/grpc-exporters.ts';
export { startJaeger, type Jaeger, type JaegerSpan } from './peers/jaeger.ts';
export { findPeer, PEER_VERSIONS, peerCacheFolder, type PeerName } from './peers/peer-cache.ts';
export {
  attackShop,
  findPython,
  OTHER_REQUESTS,
  PYTHON_FRAMEWORKS,
  type PythonFramework,
  type PythonShop,
  REFUSED_LOGINS,
  startPythonShop,
} from './peers/python-shop.ts';
export {
  freePort,
  type ProgramOptions,
  type RunningProgram,
  startProgram,
} from './peers/running-program.ts';
