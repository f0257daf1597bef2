/** OTLP as views over the received bytes: index, rewrite, encode, transcode, limits. */

export {
  decodeExportResponse,
  decodeStatus,
  encodeExportResponse,
  encodeStatus,
  type PartialSuccess,
  type RpcStatus,
} from './encode/answers.ts';
export { encodeLogsRequest, encodeTracesRequest } from './encode/encode-requests.ts';
export { ProtobufWriter } from './encode/protobuf-writer.ts';
export type {
  Attributes,
  AttributeValue,
  LogRecordData,
  SourceData,
  SpanData,
  SpanLinkData,
} from './encode/telemetry-data.ts';
export { OTLP_ERROR_CODES, OTLP_ERRORS, type OtlpError, type OtlpErrorCode } from './errors.ts';
export { FAULT, type FaultTable } from './index-batch/fault-table.ts';
export { indexOtlp, type IndexRequest, type IndexResult } from './index-batch/index-otlp.ts';
export { type ClassifyKey, KeyTable, type KeyTableSettings } from './index-batch/key-table.ts';
export { isMarked } from './index-batch/marks.ts';
export { type ListShape, type SiblingNames, type Siblings } from './index-batch/siblings.ts';
export { OtlpIndex } from './index-batch/otlp-index.ts';
export {
  candidateNumberText,
  isLongNumberCandidate,
  readHex,
  readNumber,
  readNumberText,
  readText,
  readTexts,
  type ValueRange,
} from './index-batch/read-value.ts';
export {
  CANDIDATE,
  type CandidateTable,
  type CellTable,
  type FrameTable,
  type RecordTable,
  VALUE,
} from './index-batch/tables.ts';
export { OTLP_LIMITS, type OtlpLimits } from './limits.ts';
export { deleteCandidate, deleteFrame, replaceCandidate } from './rewrite/edit-candidate.ts';
export { EditList } from './rewrite/edit-list.ts';
export { type MendedBatch, mendOtlp } from './rewrite/mend-otlp.ts';
export { rewriteOtlp } from './rewrite/rewrite-otlp.ts';
export {
  countDataPoints,
  countRecords,
  type RecordRange,
  takeRecords,
} from './rewrite/take-records.ts';
export { ByteArena } from './wire/byte-arena.ts';
export { FieldCursor, WIRE } from './wire/field-cursor.ts';
export { placeName } from './wire/schema.ts';
export { transcodeJsonToProtobuf } from './json/json-to-protobuf.ts';
export {
  TRANSCODE_BYTES_MAX,
  TRANSCODE_DEPTH_MAX,
  TRANSCODE_ERROR_CODES,
  type TranscodeError,
  type TranscodeErrorCode,
  type TranscodeLimits,
  type TranscodeOutcome,
} from './json/outcome.ts';
export { transcodeProtobufToJson } from './json/protobuf-to-json.ts';
