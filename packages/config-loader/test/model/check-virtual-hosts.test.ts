import t from 'tap'
import { checkConfig } from '@floodgate/config-loader'

const namespace = 'server/virtualhost'

async function check (settings: object, paths: readonly string[] = ['/a']): Promise<string[]> {
  const endpoints = paths.map((endpoint) => ({ endpoint, backend: [{ host: ['http://127.0.0.1:10'], url_pattern: '/' }] }))
  const { problems } = await checkConfig({ version: 3, extra_config: { [namespace]: settings }, endpoints }, { env: {} })
  return problems.map(({ severity, place, message, instead }) => `${severity} ${place.slice(place[0] === 'extra_config' ? 2 : 0).join('.')}: ${message}; ${instead}`)
}

t.test('server/virtualhost: hosts or aliases, and at least one', async (t) => {
  t.strictSame(await check({ hosts: ['a.example.com', 'b:8080', '[::1]:8080', 'LOCALHOST', '127.0.0.1'] }), [])
  t.strictSame(await check({ aliased_hosts: { user_api: 'a.example.com', b2: 'b' } }), [])
  t.strictSame(await check({ hosts: ['a'], aliased_hosts: { b: 'b' } }), ['error aliased_hosts: "hosts" and "aliased_hosts" cannot be used together; keep one of the two'])
  for (const none of [{}, { hosts: [] }, { aliased_hosts: {} }]) t.match(await check(none), [/^error : "server\/virtualhost" lists no hosts; list them in "hosts"/])
})

t.test('server/virtualhost: what no request brings as Host is an error', async (t) => {
  t.strictSame(await check({ hosts: ['https://a.example.com:8443/x'] }), ['error hosts.0: "https://a.example.com:8443/x" is not a host: no request brings it; write "a.example.com:8443"'])
  for (const host of ['a.example.com/x', '*.example.com', 'a b', 'a:port', 'user@a', '::1']) t.match(await check({ hosts: ['ok', host] }), [/^error hosts\.1: .* is not a host: no request brings it; write a name/], host)
  t.match(await check({ aliased_hosts: { 'User-API': 'a' } }), [/^error aliased_hosts\.User-API: "User-API" is not an alias/])
  t.strictSame(await check({ aliased_hosts: { a: 'X.example.com', b: 'x.example.com:443' } }), ['error aliased_hosts.b: "x.example.com:443" has two aliases, a and b; keep one of them'])
})

t.test('server/virtualhost: endpoints of hosts that are not listed are named', async (t) => {
  t.strictSame(await check({ hosts: ['A.example.com'] }, ['/__virtual/a.example.com/x', '/__virtual/b.example.com/x']), [
    'warning endpoints.1.endpoint: the endpoint is never reached, because "server/virtualhost" does not list "b.example.com"; list it, or write one of "a.example.com"'
  ])
  const { problems } = await checkConfig({ version: 3, endpoints: [{ endpoint: '/__virtual/b/x', backend: [{ host: ['http://a'], url_pattern: '/' }] }] }, { env: {} })
  t.strictSame(problems, [], 'without the namespace it is a path')
})
