import t from 'tap'
import { JsonText } from '@floodgate/core'
import { readFields } from '../../src/shape/fields.ts'

t.test('readFields: takes the first level apart, as it is written', async (t) => {
  const json = '{ "a" : 1.0 , "b\\"" : {"a":[",", "}"]}, "c":"x,\\"y", "a": 2 }'
  const fields = readFields(new JsonText(Buffer.from(json), JSON.parse(json)))
  t.same([...fields].map(([key, { member, value }]) => [key, member.toString(), value.toString()]), [
    ['a', '"a": 2 ', ' 2 '],
    ['b"', '"b\\"" : {"a":[",", "}"]}', ' {"a":[",", "}"]}'],
    ['c', '"c":"x,\\"y"', '"x,\\"y"']
  ])
  t.equal(readFields(new JsonText(Buffer.from(' { } '), {})).size, 0)
})
