import { mountReloadable } from './mount.ts'
import type { Suite } from './suite.ts'
import { testSuites } from './test-suites.ts'

/** Those that need nothing of a process of their own, and nothing of the server's, which is the host's. */
const fits = ({ env, startups, startup, cases = [] }: Suite) =>
  !env && !startup && !startups && !JSON.stringify(cases).includes('"wait"') && !JSON.stringify(cases).includes('Upgrade')

testSuites('gateway', { start: mountReloadable, only: fits, by: 'reloadable' })
testSuites('client', { start: mountReloadable, only: (suite) => fits(suite) && (suite.cases ?? []).length <= 3, by: 'reloadable' })
