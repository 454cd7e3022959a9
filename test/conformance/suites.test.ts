import fs from 'node:fs'
import t from 'tap'
import { bin, startCommand } from './gateway-process.ts'
import { writeCertificates } from './certificates.ts'
import { runSuite } from './run-suite.ts'
import { readSuites } from './suite.ts'

// Two at a time: a suite mostly waits, for servers that are slow on purpose and for the gateway to start.
t.jobs = 2
t.before(() => {
  if (!fs.existsSync(bin)) throw new Error('the command is not built: run `pnpm build` first')
})
const work = t.testdir()
const certs = writeCertificates(work)

for (const folder of ['client']) {
  for (const [name, suite] of readSuites(folder)) {
    t.test(`the command: ${folder}/${name}`, { buffered: true }, async (t) => {
      for (const { name: test, problems } of await runSuite(name, suite, startCommand, { certs, work })) {
        t.strictSame(problems, [], test)
      }
    })
  }
}
