import t from 'tap'
import { isCgiAlias } from '@floodgate/core'

t.test('isCgiAlias: what CGI would take for the same name', async (t) => {
  for (const other of ['x_user', 'x.user', 'x~user']) t.ok(isCgiAlias(other, 'x-user'), other)
  for (const other of ['x-user', 'xuser', 'x-users', 'y_user']) t.notOk(isCgiAlias(other, 'x-user'), other)
})
