import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import * as errors from '../src/errors.ts'

const codePattern = /FG_ERR_PROXY_[A-Z_]+/g

t.test('errors: each has its own name as code, and says what to do', (t) => {
  for (const [name, Failure] of Object.entries(errors)) {
    const error = new Failure('one', 'two')
    t.equal(error.code, name)
    t.ok(error.message.length > 20)
  }
  t.end()
})

t.test('errors: every code is in the README, and no other', (t) => {
  const sources = new URL('../src/', import.meta.url)
  const raised = new Set(readdirSync(sources).flatMap((name) => readFileSync(new URL(name, sources), 'utf8').match(codePattern) ?? []))
  const told = new Set(readFileSync(new URL('../README.md', import.meta.url), 'utf8').match(codePattern))
  t.same([...told].sort(), [...raised].sort())
  t.end()
})
