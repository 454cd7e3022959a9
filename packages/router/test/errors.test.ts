import { readFileSync } from 'node:fs'
import t from 'tap'
import * as made from '../src/errors.ts'

const read = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')
const codePattern = /FG_ERR_ROUTER_[A-Z_]+/g

t.test('errors: what each function makes has a code of this package, and contains what it is about', async (t) => {
  for (const [name, make] of Object.entries(made)) {
    if (typeof make !== 'function') continue
    const error = (make as (...given: unknown[]) => Error & { code: string, detail?: string })('GET /one', 'GET /two')
    t.match(error.code, /^FG_ERR_ROUTER_[A-Z_]+$/, name)
    // A cause is no text.
    if (make.length > 0 && error.cause !== 'GET /one') t.match(`${error.message} ${error.detail}`, 'GET /one', name)
  }
})

t.test('errors: every code is in the README, and no other', async (t) => {
  t.same([...new Set(read('README.md').match(codePattern))].sort(), [...new Set(read('src/errors.ts').match(codePattern))].sort())
})
