export { ByteReader } from "./byte-reader.ts";
export { ERROR_CATALOGUE, type ErrorCode, type ErrorDetail, HeaptideError, isHeaptideError } from "./errors.ts";
export { between, EMPTY_SERIES, firstAtOrAfter, type Series, seriesOf, valueAt } from "./series.ts";
export {
  type Brand,
  type Bytes,
  bytes,
  formatBytes,
  formatDuration,
  formatInterval,
  formatRatio,
  type Millis,
  millis,
  parseBytes,
  parseDuration,
  seconds,
} from "./units.ts";
