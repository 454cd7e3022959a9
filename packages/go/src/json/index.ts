export { escapeJson } from './escape-json.ts'
export { jsonProblem } from './json-problem.ts'
export { readJson, type JsonMaker, type JsonScalar, type ReadJson } from './read-json.ts'
export { writeGoJson } from './write-json.ts'
