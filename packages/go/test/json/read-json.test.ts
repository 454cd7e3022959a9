import t from 'tap'
import { readJson, type JsonMaker } from '@floodgate/go'

type Made = object
const maker: JsonMaker<Made> = { object: (entries) => ({ entries: [...entries] }), list: (items) => ({ items }) }

t.test('readJson: hands objects and lists to their maker; the last of two keys counts', async (t) => {
  t.same(readJson('{"a":1,"a":[true,"\\ud83d\\ude00\\ud83d"]}', maker), { value: { entries: [['a', { items: [true, '😀\ufffd'] }]] }, problem: null })
  t.same(readJson('[1e999, 2]', maker), { value: { items: [null, 2] }, problem: 'json: cannot unmarshal number 1e999 into Go value of type float64' })
  t.same(readJson('[1', maker), { value: null, problem: 'unexpected end of JSON input' })
})

t.test('readJson: a step before each value can end it, and depth has a bound', async (t) => {
  let steps = 0
  t.throws(() => readJson('[1,2,3]', { ...maker, step: () => { if (++steps === 3) throw new RangeError('enough') } }), { message: 'enough' })
  t.throws(() => readJson('{', { ...maker, step: () => { throw new Error('before') } }), { message: 'before' })
})
