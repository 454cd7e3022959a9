import { mountProxy } from './mount-proxy.ts'
import type { Suite } from './suite.ts'
import { testSuites } from './test-suites.ts'

/** Those that are quick, need nothing of a process of their own, and whose endpoints all pass answers as they are. */
const fits = ({ config, env, cases = [], startups, startup }: Suite) =>
  !env && !startup && !startups && cases.length <= 8 && !JSON.stringify(cases).includes('"wait"') &&
  (config as { endpoints?: { output_encoding?: string }[] }).endpoints?.every(({ output_encoding: encoding }) => encoding === 'no-op') === true

testSuites('client', { start: mountProxy, only: fits, by: 'reply-from' })
