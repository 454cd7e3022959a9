import t from 'tap'
import { withoutQuery } from '@floodgate/core'

t.test('without query: up to the first question mark', async (t) => {
  t.equal(withoutQuery('/a/{id}?key=geheim&b=?'), '/a/{id}')
  t.equal(withoutQuery('/a?'), '/a')
  t.equal(withoutQuery('?a=b'), '')
  t.equal(withoutQuery('/a/b'), '/a/b')
  t.equal(withoutQuery(''), '')
})
