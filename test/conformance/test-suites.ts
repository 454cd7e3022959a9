import fs from 'node:fs'
import t from 'tap'
import { writeCertificates } from './certificates.ts'
import { bin, startCommand, type StartGateway } from './gateway-process.ts'
import { runSuite } from './run-suite.ts'
import { readSuites, type Suite } from './suite.ts'
import { toCome } from './to-come.ts'

/** Runs the suites of a folder as tests, two at a time: a suite mostly waits, for slow servers and for gateways to start. */
export function testSuites (folder: string, { start = startCommand, only = () => true, by = 'the command' }: { start?: StartGateway, only?: (suite: Suite) => boolean, by?: string } = {}): void {
  if (start === startCommand && !fs.existsSync(bin)) throw new Error('the command is not built: run `pnpm build` first')
  t.jobs = 2
  const work = t.testdir()
  const certs = writeCertificates(work)
  for (const [name, suite] of readSuites(folder)) {
    if (!only(suite)) continue
    t.test(`${by}: ${folder}/${name}`, { buffered: true, skip: Object.hasOwn(toCome, name) && `needs ${toCome[name]}` }, async (t) => {
      for (const { name: test, problems } of await runSuite(name, suite, start, { certs, work })) {
        t.strictSame(problems, [], test)
      }
    })
  }
}
