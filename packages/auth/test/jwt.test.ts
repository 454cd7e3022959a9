import t from 'tap'
import { claimAt, claimNamed } from '../src/jwt/claim-path.ts'

t.test('claims: found by name or by path, and only their own', async (t) => {
  const claims = { a: { b: { c: 1 } }, 'a.b': 2, 'http://x.test/a': 3, list: [{ b: 1 }] }
  t.equal(claimAt('a.b.c')(claims), 1)
  t.equal(claimNamed('a.b')(claims), 2)
  t.equal(claimAt('http://x.test/a')(claims), 3)
  t.equal(claimAt('list.0')(claims), undefined)
  t.equal(claimAt('a.x.c')(claims), undefined)
  for (const find of [claimNamed('constructor'), claimAt('a.constructor'), claimAt('__proto__.toString')]) t.equal(find(claims), undefined)
  t.equal(claimNamed('__proto__')(JSON.parse('{"__proto__":1}')), 1)
})
