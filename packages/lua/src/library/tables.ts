import { checkChangeable, lessThan, rawSet } from '../machine/operations.ts'
import { asText, typeOf } from '../machine/texts.ts'
import type { LuaTable, LuaValue } from '../machine/values.ts'
import { libraryOf, native } from './arguments.ts'

/** The library `table`. */
export function createTableLibrary (): LuaTable {
  return libraryOf([
    native('getn', (args) => args.table(1).length),
    native('maxn', (args) => args.table(1).length),
    native('concat', (args) => {
      const table = args.table(1)
      const separator = args.stringOr(2, '')
      const { length } = table
      const from = Math.max(args.integerOr(3, 1), 1)
      const to = Math.min(args.integerOr(4, length), length)
      const { machine } = args
      const { budget } = machine
      const parts: string[] = []
      let size = 0
      for (let i = from; i <= to; i++) {
        const value = table.get(i)
        const text = asText(value)
        if (text === null) throw machine.failure(`cannot perform concat operation between ${typeOf(value)} and string`)
        parts.push(text)
        size += text.length + separator.length
        budget.checkLength(size)
      }
      budget.work(parts.length)
      budget.takeString(size)
      return parts.join(separator)
    }),
    native('insert', (args) => {
      const { machine } = args
      const table = args.table(1)
      if (args.count === 1) throw machine.failure('wrong number of arguments')
      const { list } = table
      checkChangeable(machine, table)
      if (args.count === 2) rawSet(machine, table, table.length + 1, args.get(2))
      else {
        const at = args.integer(2)
        const value = args.any(3)
        if (at > table.length || at < 1) rawSet(machine, table, at, value)
        else {
          machine.budget.take(40)
          machine.budget.work((list.length - at) >> 3)
          list.splice(at - 1, 0, value)
        }
      }
      return []
    }),
    native('remove', (args) => {
      const table = args.table(1)
      const { list, length } = table
      checkChangeable(args.machine, table)
      const at = args.count === 1 ? length : args.integer(2)
      if (length === 0 || at > length) return undefined
      args.machine.budget.work((list.length - at) >> 3)
      return list.splice(at < 1 ? length - 1 : at - 1, 1)[0]
    }),
    native('sort', (args) => {
      const { machine } = args
      const table = args.table(1)
      const { list, length } = table
      checkChangeable(machine, table)
      const before = args.count < 2 || args.get(2) === undefined ? null : args.function(2)
      machine.budget.work(2 * length * Math.ceil(Math.log2(length + 1)))
      const isBefore = before === null
        ? (a: LuaValue, b: LuaValue): boolean => lessThan(machine, a, b)
        : (a: LuaValue, b: LuaValue): boolean => {
            const [answer] = machine.call(before, [a, b])
            return answer !== undefined && answer !== false
          }
      const sorted = list.slice(0, length)
      if (sorted.includes(undefined)) throw machine.failure('attempt to compare nil with number')
      sorted.sort((a, b) => isBefore(a, b) ? -1 : isBefore(b, a) ? 1 : 0)
      for (const [i, value] of sorted.entries()) list[i] = value
      return []
    })
  ])
}
