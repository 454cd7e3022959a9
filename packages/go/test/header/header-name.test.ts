import t from 'tap'
import { canonicalName, isHeaderName } from '@floodgate/go'

t.test('canonicalName: writes names as Go does, and leaves alone what cannot be one', async (t) => {
  for (const [name, want] of [['x-request-id', 'X-Request-Id'], ['ETAG', 'Etag'], ['x--a', 'X--A'], ['1st-x', '1st-X'], ['x_y-z', 'X_y-Z'], ['a b', 'a b'], ['é-x', 'é-x'], ['', '']] as const) t.equal(canonicalName(name), want)
})

t.test('isHeaderName: tokens only', async (t) => {
  for (const name of ['x', 'X-1', "!#$%&'*+-.^_`|~"]) t.ok(isHeaderName(name), name)
  for (const name of ['', 'a b', 'a:', 'é', 'a\n', '(x)']) t.notOk(isHeaderName(name), name)
})
