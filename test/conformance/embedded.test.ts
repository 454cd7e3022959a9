import { mount } from './mount.ts'
import type { Suite } from './suite.ts'
import { testSuites } from './test-suites.ts'

/** Those that are quick, and need nothing of a process of their own. */
const fits = ({ env, cases = [], startups, startup }: Suite) =>
  !env && !startup && !startups && cases.length <= 8 && !JSON.stringify(cases).includes('"wait"')

testSuites('client', { start: mount, only: fits, by: 'embedded' })
