import { fromBinary, toBinary } from '@floodgate/go/text'
import { isSpace, isUpper, toLower, toUpper } from '../../texts/character.ts'
import { STRING } from '../../evaluate/values.ts'
import { define, integer, text, type Context, type FunctionTable } from '../definition.ts'

/** sprig's functions on words: letter case between words, wrapping, shortening. */
export const wordFunctions: FunctionTable = {
  camelcase: define([text], STRING, ([value]) => pascalCase(value)),
  snakecase: define([text], STRING, ([value]) => joinWords(value, '_')),
  kebabcase: define([text], STRING, ([value]) => joinWords(value, '-')),
  wrap: define([integer, text], STRING, ([width, value], context) => wrap(value, width, '\n', false, context)),
  wrapWith: define([integer, text, text], STRING, ([width, separator, value], context) =>
    wrap(value, width, separator === '' ? '\n' : separator, true, context)),
  abbrev: define([integer, text], STRING, ([width, value]) =>
    width < 4 ? value : fromBinary(abbreviate(toBinary(value), 0, width))),
  abbrevboth: define([integer, integer, text], STRING, ([left, right, value]) =>
    right < 4 || (left > 0 && right < 7) ? value : fromBinary(abbreviate(toBinary(value), left, right)))
}

type WordKind = 'number' | 'upper' | 'letters' | 'connector' | 'punctuation' | 'other' | 'none'

interface Word {
  kind: WordKind
  text: string
}

function isConnector (character: string): boolean {
  return character === '-' || character === '_' || isSpace(character)
}

function isAlphabet (character: string): boolean {
  return /\p{L}/u.test(character) && !HAN.test(character)
}
const HAN = /[\u4e00-\u9fcc\u3400-\u4d85\u{20000}-\u{2b81d}]/u

/** `some_words` → `SomeWords`; connectors at the start, and doubled ones, stay. */
function pascalCase (value: string): string {
  const characters = [...value]
  let result = ''
  let at = 0
  while (at < characters.length && isConnector(characters[at]!)) result += characters[at++]
  if (at === characters.length) return result + (characters.at(-1) ?? '')
  let current = characters[at++]!
  let inCapitals = isUpper(current)
  current = toUpper(current)
  for (; at < characters.length; at++) {
    const previous = current
    current = characters[at]!
    if (isConnector(previous)) {
      if (isConnector(current)) {
        result += previous
        continue
      }
      inCapitals = isUpper(current)
      current = toUpper(current)
      continue
    }
    inCapitals &&= isUpper(current)
    if (inCapitals) current = toLower(current)
    result += previous
  }
  return result + current
}

/** `FirstName` → `first_name`; a number joins the word before it unless letters follow it. */
function joinWords (value: string, connector: string): string {
  const words = cutWords(value)
  let result = ''
  let at = 0
  const kindAt = (index: number): WordKind => words[index]?.kind ?? 'none'
  const add = (word: Word) => { result += lowered(word, connector) }
  const separate = (index: number) => {
    const kind = kindAt(index)
    if (kind !== 'none' && kind !== 'connector' && kind !== 'punctuation') result += connector
  }
  while (at < words.length) {
    const word = words[at++]!
    add(word)
    if (at === words.length) break
    switch (word.kind) {
      case 'number':
        while (kindAt(at) === 'letters' || kindAt(at) === 'number') add(words[at++]!)
        separate(at)
        break
      case 'connector': case 'punctuation': break
      default: {
        if (kindAt(at) !== 'number') {
          separate(at)
          break
        }
        if (at + 1 === words.length) break
        const number = words[at++]!
        if (kindAt(at) !== 'letters') {
          add(number)
          separate(at)
          break
        }
        result += connector
        add(number)
        while (kindAt(at) === 'letters' || kindAt(at) === 'number') add(words[at++]!)
        separate(at)
      }
    }
  }
  return result
}

function lowered ({ kind, text: word }: Word, connector: string): string {
  if (kind !== 'upper' && kind !== 'connector') return word
  let result = ''
  for (const character of word) {
    result += isConnector(character) ? connector : isUpper(character) ? toLower(character) : character
  }
  return result
}

function cutWords (value: string): Word[] {
  const characters = [...value]
  const words: Word[] = []
  let at = 0
  const takeWhile = (start: number, fits: (character: string) => boolean) => {
    let end = start
    while (end < characters.length && fits(characters[end]!)) end++
    return end
  }
  while (at < characters.length) {
    const start = at
    const first = characters[at]!
    let kind: WordKind
    if (isConnector(first)) {
      kind = 'connector'
      at = takeWhile(at, isConnector)
    } else if (/\p{P}/u.test(first)) {
      kind = 'punctuation'
      at = takeWhile(at, (character) => /\p{P}/u.test(character))
    } else if (isUpper(first)) {
      kind = 'upper'
      at = takeWhile(at, isUpper)
      if (at === start + 1) {
        at = takeWhile(at, (character) => isAlphabet(character) && !isUpper(character))
      } else if (at < characters.length && isAlphabet(characters[at]!)) {
        // The last capital of `HTTPStatus` begins the next word.
        at--
      }
    } else if (isAlphabet(first)) {
      kind = 'letters'
      at = takeWhile(at, (character) => isAlphabet(character) && !isUpper(character))
    } else if (/\p{N}/u.test(first)) {
      kind = 'number'
      at = takeWhile(at, (character) => /\p{N}/u.test(character))
    } else {
      kind = 'other'
      at = takeWhile(at + 1, (character) => !isConnector(character) && !isAlphabet(character) && !/[\p{N}\p{P}]/u.test(character))
    }
    words.push({ kind, text: characters.slice(start, at).join('') })
  }
  return words
}

/** Breaks lines at spaces; words longer than a line are cut when `cutsWords`. */
function wrap (value: string, width: number, separator: string, cutsWords: boolean, { budget }: Context): string {
  const binary = toBinary(value)
  const line = Math.max(width, 1)
  budget.allocate(Math.ceil(binary.length / line) * separator.length)
  const lines: string[] = []
  let at = 0
  while (binary.length - at > line) {
    budget.step()
    if (binary[at] === ' ') {
      at++
      continue
    }
    let space = binary.lastIndexOf(' ', at + line)
    if (space >= at) {
      lines.push(binary.slice(at, space))
      at = space + 1
    } else if (cutsWords) {
      lines.push(binary.slice(at, at + line))
      at += line
    } else {
      space = binary.indexOf(' ', at + line)
      if (space === -1) break
      lines.push(binary.slice(at, space))
      at = space + 1
    }
  }
  return fromBinary([...lines, binary.slice(at)].join(toBinary(separator)))
}

/** Shortens to a width with `...`, at the start too when the text is entered further on than its beginning. */
function abbreviate (value: string, from: number, width: number): string {
  if (value.length <= width) return value
  let start = Math.min(from, value.length)
  if (value.length - start < width - 3) start = value.length - (width - 3)
  if (start <= 4) return value.slice(0, width - 3) + '...'
  if (width < 7) return ''
  if (start + width - 3 < value.length) return '...' + (width - 3 < 4 ? '' : abbreviate(value.slice(start), 0, width - 3))
  return '...' + value.slice(value.length - (width - 3))
}
