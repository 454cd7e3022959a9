import t from 'tap'
import { readHost, splitVirtualPath, virtualHosts } from '../src/virtual-hosts.ts'

const of = (settings?: object) => virtualHosts({ extra: settings === undefined ? {} : { 'server/virtualhost': settings } })

t.test('virtualHosts: names by host, without case and usual ports', async (t) => {
  t.equal(of(), null)
  t.strictSame([...of({ hosts: ['A.example.com:443', 'b:8080'] })!], [['a.example.com', 'a.example.com:443'], ['b:8080', 'b:8080']])
  t.strictSame([...of({ aliased_hosts: { users: 'Users.example.com' } })!], [['users.example.com', 'users']])
})

t.test('readHost: Host, or the authority of HTTP/2', async (t) => {
  t.strictSame([{ host: 'A:80' }, { host: 'a:8080' }, { ':authority': 'B:443' }, {}].map((headers) => readHost({ headers })), ['a', 'a:8080', 'b', ''])
})

t.test('splitVirtualPath: the name and the path below it', async (t) => {
  t.strictSame(splitVirtualPath('/__virtual/A.example.com/x/{y}'), { name: 'a.example.com', below: '/x/{y}' })
  t.strictSame(splitVirtualPath('/__virtual/a'), { name: 'a', below: '/' })
  t.strictSame([splitVirtualPath('/__virtual'), splitVirtualPath('/x/__virtual/a')], [null, null])
})
