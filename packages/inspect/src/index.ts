export { checkConfiguration } from './check/index.ts'
export { differences } from './differences/list.ts'
