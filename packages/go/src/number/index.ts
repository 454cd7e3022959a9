export { parseFloat64, parseInt64, parseUint64, type NumberProblem } from './parse-number.ts'
export { formatFloat } from './format-float.ts'
export { binaryFloat, hexFloat, withPoint } from './float-verbs.ts'
