export { compileGoPattern, patternProblem, type GoPattern } from './compile-pattern.ts'
export { GoRegexp, quoteMeta, type Spend } from './go-regexp.ts'
