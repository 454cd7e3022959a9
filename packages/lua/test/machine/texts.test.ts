import t from 'tap'
import { fromBytes, numberText, textOf, toBytes, typeOf } from '../../src/machine/texts.ts'
import { LuaTable, NativeFunction, Thread, Userdata } from '../../src/machine/values.ts'

t.test('numberText: as Go writes them', (t) => {
  for (const [number, text] of [
    [0, '0'], [-0, '0'], [5, '5'], [-5, '-5'], [2.5, '2.5'], [1e15, '1000000000000000'], [2 ** 53, '9007199254740992'], [2 ** 62, '4611686018427387904'], [-(2 ** 63), '-9223372036854775808'],
    [2 ** 63, '9.223372036854775808e+18'.replace('9.223372036854775808', '9.223372036854776')], [1e100, '1e+100'], [1 / 3, '0.3333333333333333'], [0.1 + 0.2, '0.30000000000000004'], [1e-5, '1e-05'], [1234567.5, '1.2345675e+06'], [123456.5, '123456.5'], [Infinity, '+Inf'], [-Infinity, '-Inf'], [NaN, 'NaN']
  ] as const) t.equal(numberText(number), text, text)
  t.end()
})

t.test('typeOf, textOf: every kind of value', (t) => {
  const table = new LuaTable()
  for (const [value, type] of [[undefined, 'nil'], [true, 'boolean'], [1, 'number'], ['x', 'string'], [table, 'table'], [new NativeFunction('f', () => 1), 'function'], [new Userdata(1, null), 'userdata'], [new Thread(null), 'thread']] as const) {
    t.equal(typeOf(value), type)
    t.match(textOf(value), typeof value === 'object' ? new RegExp(`^${type}: 0x[\\da-f]+$`) : value === undefined ? 'nil' : String(value))
  }
  t.equal(textOf(table), textOf(table))
  t.not(textOf(table), textOf(new LuaTable()))
  t.end()
})

t.test('toBytes, fromBytes: a character per byte', (t) => {
  t.equal(toBytes('aä€😀').length, 1 + 2 + 3 + 4)
  for (const text of ['', 'plain', 'aä€😀']) t.equal(fromBytes(toBytes(text)), text)
  t.equal(fromBytes('\xff'), '\ufffd')
  t.end()
})
