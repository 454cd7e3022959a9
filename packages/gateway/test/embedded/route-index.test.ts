import t from 'tap'
import { createRouteIndex } from '../../src/embedded/route-index.ts'

const routes = [
  { method: 'GET', url: '/api/users/:id', value: 'user' },
  { method: 'GET', url: '/api/users/me', value: 'me' },
  { method: 'POST', url: '/api/users', value: 'create' },
  { method: 'GET', url: '/api/files/*', value: 'files' }
]

t.test('createRouteIndex: finds by method and path, a text before a parameter', async (t) => {
  const { find } = createRouteIndex(routes, null, 100)
  t.match(find('GET', '/api/users/7?x=1'), { value: 'user', params: { id: '7' } })
  t.match(find('GET', '/api/users/me'), { value: 'me' })
  t.match(find('GET', '/api/files/a/b'), { value: 'files', params: { '*': 'a/b' } })
  for (const [method, url] of [['POST', '/api/users/7'], ['PROPFIND', '/api/users'], ['GET', '/API/users/7'], ['GET', '/api//users/7'], ['GET', '/'], ['OPTIONS', '*'], ['GET', '/api/users/%zz']]) {
    t.equal(find(method!, url!), null, `${method} ${url}`)
  }
})

t.test('createRouteIndex: what matches nothing has a value of its own, if there is one', async (t) => {
  const { find, unmatched } = createRouteIndex(routes, 'none', 100)
  t.equal(unmatched, 'none')
  for (const [method, url] of [['POST', '/api/users/7'], ['OPTIONS', '*'], ['PROPFIND', '/x']]) t.match(find(method!, url!), { value: 'none', params: {} })
})

t.test('createRouteIndex: parameters may be as long as asked for', async (t) => {
  t.equal(createRouteIndex(routes, null, 10).find('GET', `/api/users/${'x'.repeat(11)}`), null)
  t.match(createRouteIndex(routes, null, 11).find('GET', `/api/users/${'x'.repeat(11)}`), { value: 'user' })
})
