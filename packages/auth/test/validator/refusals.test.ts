import { readFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'
import { refusals, shortReason } from '../../src/validator/refusals.ts'

const read = (file: string): string => readFileSync(path.join(import.meta.dirname, '../../src', file), 'utf8')

t.test('refusals: each reason of a refusal has a short form, and no other', (t) => {
  const texts = [
    ...read('validator/validate-token.ts').matchAll(/(?:unauthorized|forbidden)\('(.+?)'\)/g),
    ...read('validator/feature.ts').matchAll(/reason: '(.+?)'/g),
    ...read('jwt/claim-checks.ts').matchAll(/return '(.+?)'|[?:] '(.+?)'/g)
  ].map(([, one, other]) => one ?? other)
  t.strictSame([...new Set(texts)].sort(), Object.keys(refusals).sort())
  t.equal(shortReason('it has expired'), 'expired')
  t.equal(shortReason('anything else'), 'other')
  t.end()
})
