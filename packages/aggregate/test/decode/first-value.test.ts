import t from 'tap'
import fc from 'fast-check'
import { endOfFirstValue } from '../../src/decode/first-value.ts'

t.test('endOfFirstValue: finds the end of any value', async () => {
  fc.assert(fc.property(fc.jsonValue(), fc.constantFrom('', ' ', '\n'), fc.constantFrom('{', 'x', '"', ' 1', ','), (value, space, rest) => {
    const json = space + JSON.stringify(value, null, space)
    const end = endOfFirstValue(json + (typeof value === 'number' ? ' ' : '') + rest)
    return end === json.length
  }))
})
