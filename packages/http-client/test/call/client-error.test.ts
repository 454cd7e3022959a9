import fs from 'node:fs'
import t from 'tap'
import { clientErrorReasons } from '@floodgate/http-client'

t.test('clientErrorReasons: are those of the README, both ways', async (t) => {
  const readme = fs.readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const told = Array.from(readme.matchAll(/^\| `(FG_ERR_HTTP_CLIENT_[A-Z_]+)` \|/gm), ([, code]) => code)
  t.strictSame(told.toSorted(), clientErrorReasons.toSorted())
})
