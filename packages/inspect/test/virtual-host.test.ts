import t from 'tap'
import type { Service } from '@floodgate/core'
import { virtualHostOf } from '../src/virtual-host.ts'

t.test('virtualHostOf: the host behind the name in the path', async (t) => {
  const model = { extra: { 'server/virtualhost': { aliased_hosts: { users: 'Users.example.com:9000' } } } } as unknown as Service
  t.equal(virtualHostOf(model, { path: '/__virtual/users/a' }), 'users.example.com:9000')
  t.equal(virtualHostOf(model, { path: '/__virtual/other/a' }), null)
  t.equal(virtualHostOf(model, { path: '/a' }), null)
  t.equal(virtualHostOf({ extra: {} } as unknown as Service, { path: '/__virtual/users/a' }), null)
})
