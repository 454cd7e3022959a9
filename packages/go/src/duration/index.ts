export { durationPattern, parseDuration, parseNanoseconds } from './parse-duration.ts'
export { timerTime } from './timer-time.ts'
export { writeDuration, writeMilliseconds } from './write-duration.ts'
