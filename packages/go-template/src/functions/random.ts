import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { CallError } from '../errors.ts'
import { INT, int, STRING } from '../evaluate/values.ts'
import { define, integer, text, type FunctionTable, type GoFunction } from './definition.ts'

const DIGITS = '0123456789'
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const PRINTABLE = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('')

/** sprig's functions with another result every time. */
export const randomFunctions: FunctionTable = {
  uuidv4: define([], STRING, () => randomUUID()),
  randAlphaNum: randomText(DIGITS + LETTERS),
  randAlpha: randomText(LETTERS),
  randNumeric: randomText(DIGITS),
  randAscii: randomText(PRINTABLE),
  randBytes: define([integer], STRING, ([count], { budget }) => {
    if (count < 0) throw new CallError('runtime error: makeslice: len out of range')
    budget.allocate(count * 2)
    return randomBytes(count).toString('base64')
  }),
  randInt: define([integer, integer], INT, ([least, end]) => {
    if (end <= least) throw new CallError('invalid argument to Intn')
    return int(least + randomBelow(end - least))
  }),
  shuffle: define([text], STRING, ([value]) => {
    const characters = [...value]
    for (let i = characters.length - 1; i > 0; i--) {
      const other = randomInt(i + 1)
      const held = characters[i]!
      characters[i] = characters[other]!
      characters[other] = held
    }
    return characters.join('')
  })
}

function randomText (alphabet: string): GoFunction {
  return define([integer], STRING, ([count], { budget }) => {
    // The original gives an error here that it then ignores.
    if (count <= 0) return ''
    budget.allocate(count * 4)
    return Array.from({ length: count }, () => alphabet[randomInt(alphabet.length)]).join('')
  })
}

/** node:crypto draws below 2^48; wider ranges are scaled. */
function randomBelow (range: number): number {
  return range < 2 ** 48 ? randomInt(range) : Math.floor(Math.random() * range)
}
