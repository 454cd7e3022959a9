import t from 'tap'
import { JsonText, literalOf } from '@floodgate/core'

const read = (json: string) => new JsonText(Buffer.from(json), JSON.parse(json))

t.test('JsonText: members, wrapped and joined', async (t) => {
  t.equal(read(' { "a":[{}] } ').members.toString(), ' "a":[{}] ')
  t.equal(read(' { } ').members.length, 0)
  t.equal(JsonText.wrap('g"', Buffer.from('[1.0]'), null).bytes.toString(), '{"g\\"":[1.0]}')
  const joined = JsonText.join([read('{}').members, read('{"a":1.0}').members, read('{"b":2}').members], { a: 1, b: 2 })
  t.equal(joined.bytes.toString(), '{"a":1.0,"b":2}')
  t.equal(JsonText.join([], {}).bytes.toString(), '{}')
})

t.test('JsonText: merged of short texts it is one, otherwise bytes', async (t) => {
  const short = (json: string) => new JsonText(Buffer.from(json), JSON.parse(json), null, json)
  const merged = JsonText.merge([short('{ "a":1.0 }'), short('{}'), short('{"__proto__":2}')])
  t.equal(merged.content, '{ "a":1.0 ,"__proto__":2}')
  t.equal(merged.bytes.toString(), merged.content)
  t.same(Object.entries(merged.plain), [['a', 1], ['__proto__', 2]])
  t.notOk(merged.isEmpty)
  const mixed = JsonText.merge([short('{"a":1.0}'), read('{ }'), read('{"b":2}')])
  t.same(mixed.content, Buffer.from('{"a":1.0,"b":2}'))
  t.equal(literalOf(mixed.take().a), '1.0')
  const nothing = JsonText.merge([short('{}'), short('{ }')])
  t.equal(nothing.content, '{}')
  t.ok(nothing.isEmpty)
})
