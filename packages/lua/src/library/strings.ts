import { index } from '../machine/operations.ts'
import { asText, fromBytes, toBytes } from '../machine/texts.ts'
import { LuaTable, NativeFunction, type LuaValue, type Machine } from '../machine/values.ts'
import { libraryOf, native, type Arguments } from './arguments.ts'
import { formatValues } from './formats.ts'
import { Matcher, type Capture, type Match } from './patterns.ts'

/** The library `string`. */
export function createStringLibrary (): LuaTable {
  const gmatch = native('gmatch', (args) => {
    const { machine } = args
    const subject = args.string(1)
    const matches = new Matcher(machine, subject, args.string(2)).all()
    let next = 0
    return new NativeFunction('gmatch', () => {
      const match = matches[next++]
      return match === undefined ? undefined : capturesOf(match, subject)
    })
  })
  return libraryOf([
    native('len', (args) => args.string(1).length),
    native('byte', (args) => {
      const text = args.string(1)
      const from = place(args.integerOr(2, 1), text.length)
      const to = Math.min(place(args.integerOr(3, from), text.length), text.length)
      const codes: number[] = []
      args.machine.budget.take(Math.max(0, to - from) * 8)
      for (let i = Math.max(from, 1); i <= to; i++) codes.push(text.charCodeAt(i - 1))
      return codes
    }),
    native('char', (args) => String.fromCharCode(...args.values.map((_value, i) => args.integer(i + 1) & 0xff))),
    native('dump', (args) => { throw args.machine.failure('GopherLua does not support the string.dump') }),
    native('find', find),
    native('format', (args) => formatValues(args.machine, args.string(1), args.values.slice(1))),
    native('gsub', replaceAll),
    gmatch,
    new NativeFunction('gfind', gmatch.run),
    native('lower', (args) => changeCase(args, (char) => char.toLowerCase())),
    native('upper', (args) => changeCase(args, (char) => char.toUpperCase())),
    native('match', (args) => {
      const subject = args.string(1)
      const from = Math.max(place(args.integerOr(3, 1), subject.length) - 1, 0)
      const match = new Matcher(args.machine, subject, args.string(2)).find(from)
      return match === null ? undefined : capturesOf(match, subject)
    }),
    native('rep', (args) => {
      const text = args.string(1)
      const times = args.integer(2)
      if (times <= 0) return ''
      args.machine.budget.takeString(text.length * times)
      return text.repeat(times)
    }),
    native('reverse', (args) => {
      const text = args.string(1)
      args.machine.budget.takeString(text.length)
      return Buffer.from(text, 'latin1').reverse().toString('latin1')
    }),
    native('sub', (args) => {
      const text = args.string(1)
      const { budget } = args.machine
      const from = Math.max(place(args.integer(2), text.length), 1)
      const part = text.slice(from - 1, Math.max(place(args.integerOr(3, -1), text.length), from - 1))
      budget.take(32)
      budget.scan(part.length)
      return part
    })
  ])
}

/** A position that may be counted from the end. */
function place (position: number, length: number): number {
  return position < 0 ? length + position + 1 : position
}

function find (args: Arguments): LuaValue | readonly LuaValue[] {
  const subject = args.string(1)
  const pattern = args.string(2)
  const from = Math.max(place(args.integerOr(3, 1), subject.length) - 1, 0)
  if (pattern === '') return [from + 1, from]
  const plain = args.get(4)
  if (plain !== undefined && plain !== false) {
    args.machine.budget.work(subject.length >> 4)
    const at = subject.indexOf(pattern, from)
    return at < 0 ? undefined : [at + 1, at + pattern.length]
  }
  const match = new Matcher(args.machine, subject, pattern).find(from)
  return match === null ? undefined : [match.from + 1, match.to, ...match.captures.map((capture) => valueOf(capture, subject))]
}

function replaceAll (args: Arguments): readonly LuaValue[] {
  const { machine } = args
  const { budget } = machine
  const subject = args.string(1)
  const pattern = args.string(2)
  const by = args.get(3)
  const text = asText(by)
  if (text === null && !(by instanceof LuaTable)) args.function(3)
  const matches = new Matcher(machine, subject, pattern).all(args.get(4) === undefined ? Infinity : Math.max(args.integer(4), 0))
  const parts: string[] = []
  let size = 0
  let at = 0
  const add = (part: string): void => {
    size += part.length
    budget.checkLength(size)
    parts.push(part)
  }
  for (const match of matches) {
    add(subject.slice(at, match.from))
    at = match.to
    const whole = subject.slice(match.from, match.to)
    if (text !== null) add(fillIn(machine, text, match, subject))
    else {
      const captures = capturesOf(match, subject)
      const value = by instanceof LuaTable ? index(machine, by, captures[0]) : machine.call(by, captures)[0]
      add(value === undefined || value === false ? whole : asText(value) ?? '')
    }
  }
  add(subject.slice(at))
  budget.takeString(size)
  return [parts.join(''), matches.length]
}

/** The replacement with its captures, `%0` to `%9`. */
function fillIn (machine: Machine, text: string, match: Match, subject: string): string {
  if (!text.includes('%')) return text
  machine.budget.directives(text)
  return text.replace(/%([\s\S])/g, (all, char: string) => {
    if (char === '%') return '%'
    if (char < '0' || char > '9') return all
    const captures = capturesOf(match, subject)
    const value = char === '0' ? subject.slice(match.from, match.to) : captures[Number(char) - 1]
    if (value === undefined) throw machine.failure('invalid capture index')
    return asText(value)!
  })
}

/** Captures as values; the whole match without any. */
function capturesOf ({ from, to, captures }: Match, subject: string): LuaValue[] {
  return captures.length === 0 ? [subject.slice(from, to)] : captures.map((capture) => valueOf(capture, subject))
}

function valueOf (capture: Capture, subject: string): LuaValue {
  return 'position' in capture ? capture.position : subject.slice(capture.from, capture.to)
}

/** As Go does: letters of all scripts, one for one. */
function changeCase (args: Arguments, change: (text: string) => string): string {
  const text = args.string(1)
  args.machine.budget.takeString(text.length)
  const characters = fromBytes(text)
  if (characters === text) return change(text)
  // One by one only where a letter becomes several, or depends on those beside it; no letter becomes shorter.
  const whole = change(characters)
  if (whole.length === characters.length && !characters.includes('\u03a3')) return toBytes(whole)
  args.machine.budget.work(text.length * 16)
  return toBytes([...characters].map((char) => {
    const changed = change(char)
    return [...changed].length === 1 ? changed : char
  }).join(''))
}
