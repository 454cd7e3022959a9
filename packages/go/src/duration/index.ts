export { durationPattern, parseDuration, parseNanoseconds } from './parse-duration.ts'
export { writeDuration, writeMilliseconds } from './write-duration.ts'
