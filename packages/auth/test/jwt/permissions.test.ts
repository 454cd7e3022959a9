import t from 'tap'
import { createRoleCheck, createScopeCheck } from '../../src/jwt/permissions.ts'

t.test('createRoleCheck, createScopeCheck: any or all, lists and words', async (t) => {
  t.equal(createRoleCheck({}), null)
  const hasRole = createRoleCheck({ roles: ['a', 'b'] })!
  for (const roles of [['b'], 'x b', ['x', 5, 'a']]) t.ok(hasRole({ roles }))
  for (const roles of [[], 'ab', 5, null, ['A'], { a: 1 }]) t.notOk(hasRole({ roles }))
  t.notOk(hasRole({}))
  t.ok(createRoleCheck({ roles: ['a'], roles_key: 'x.y' })!({ 'x.y': ['a'] }))
  t.ok(createRoleCheck({ roles: ['a'], roles_key: 'x.y', roles_key_is_nested: true })!({ x: { y: ['a'] } }))
  t.equal(createScopeCheck({ scopes: ['a'] }), null)
  const any = createScopeCheck({ scopes: ['a', 'b'], scopes_key: 'd.s' })!
  t.ok(any({ d: { s: 'x b' } }))
  t.ok(any({ d: { s: ['a'] } }))
  t.notOk(any({ d: { s: 'ab' } }))
  const all = createScopeCheck({ scopes: ['a', 'b'], scopes_key: 's', scopes_matcher: 'all' })!
  t.ok(all({ s: 'b a x' }))
  t.notOk(all({ s: 'a' }))
})
