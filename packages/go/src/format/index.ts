export { compileGoVerb } from './go-verb.ts'
export { missingWidth, padText, plainFlags, type Flags } from './flags.ts'
export { formatInteger, isIntegerVerb } from './format-integer.ts'
export { formatText } from './format-text.ts'
