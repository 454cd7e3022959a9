import { checkArguments, functions, type Evaluate } from './functions.ts'
import { chain, field, flatten, identity, index, projection, select, slice, valuesOf } from './parts.ts'
import { readTokens, type Token } from './tokens.ts'
import { isEqual, isFalse, numberOf } from './values.ts'

/** How strongly a token binds what is left of it; others not at all. Those of go-jmespath. */
const powers: Readonly<Record<string, number>> = {
  '|': 1,
  '||': 2,
  '&&': 3,
  '==': 5,
  '!=': 5,
  '<': 5,
  '<=': 5,
  '>': 5,
  '>=': 5,
  '[]': 9,
  '*': 20,
  '[?': 21,
  '.': 40,
  '!': 45,
  '{': 50,
  '[': 55,
  '(': 60
}
/** What binds less strongly ends a projection. */
const PROJECTION_END = 10

const MOST_PARTS = 2_000
const MOST_LEVELS = 100

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b
}

/** Turns an expression into a function, part by part (Pratt's way, as go-jmespath). */
export class Parser {
  /** Whether a result may hold one value several times. */
  repeats = false
  readonly #tokens: readonly Token[]
  #at = 0
  #parts = 0
  #level = 0

  /** @throws {SyntaxError} */
  constructor (source: string) {
    this.#tokens = readTokens(source)
  }

  /** @throws {SyntaxError} with the place */
  parse (): Evaluate {
    const whole = this.#expression(0)
    if (this.#kind !== 'end') throw this.#unexpected()
    return whole
  }

  get #kind (): string { return this.#tokens[this.#at]!.kind }

  get #power (): number { return powers[this.#kind] ?? 0 }

  #take (): Token { return this.#tokens[this.#at++]! }

  #expect (kind: string): Token {
    if (this.#kind !== kind) throw this.#unexpected(kind)
    return this.#take()
  }

  #skip (kind: string): boolean {
    if (this.#kind !== kind) return false
    this.#at++
    return true
  }

  #unexpected (expected?: string): SyntaxError {
    const { kind, at, value } = this.#tokens[this.#at]!
    const what = kind === 'end'
      ? 'the expression ends'
      : `unexpected ${JSON.stringify(typeof value === 'string' || typeof value === 'number' ? String(value) : kind)} at character ${at + 1}`
    return new SyntaxError(
      expected === undefined ? `${what}${kind === 'end' ? ' too early' : ''}` : `${what}, where ${JSON.stringify(expected)} is expected`
    )
  }

  #expression (power: number): Evaluate {
    if (++this.#level > MOST_LEVELS) throw new SyntaxError(`the expression is nested more than ${MOST_LEVELS} levels deep`)
    let left = this.#begin()
    while (power < this.#power) left = this.#continue(left)
    this.#level--
    return left
  }

  #count (): void {
    if (++this.#parts > MOST_PARTS) throw new SyntaxError(`the expression has more than ${MOST_PARTS} parts`)
  }

  /** What a part begins with. */
  #begin (): Evaluate {
    this.#count()
    if (this.#at === this.#tokens.length - 1) throw this.#unexpected()
    const token = this.#take()
    switch (token.kind) {
      case 'literal': return () => token.value
      case 'name': return this.#kind === '(' ? this.#call(token) : field(token.value as string)
      case 'quoted': return field(token.value as string)
      case '@': return identity
      case '*': return projection(valuesOf(identity), this.#projected(powers['*']!))
      case '[?': return this.#filter(identity)
      case '[]': return projection(flatten(identity), this.#projected(powers['[]']!))
      case '{': return this.#object()
      case '[': return this.#bracket(identity) ?? this.#list()
      case '!': {
        const operand = this.#expression(powers['!']!)
        return (value, run) => isFalse(operand(value, run))
      }
      case '(': {
        const inner = this.#expression(0)
        this.#expect(')')
        return inner
      }
      default:
        this.#at--
        throw this.#unexpected()
    }
  }

  /** What a part goes on with. */
  #continue (left: Evaluate): Evaluate {
    this.#count()
    const { kind } = this.#take()
    switch (kind) {
      case '.':
        if (this.#skip('*')) return projection(valuesOf(left), this.#projected(powers['.']!))
        return chain(left, this.#member(powers['.']!))
      case '|': return chain(left, this.#expression(powers['|']!))
      case '||': {
        const right = this.#expression(powers['||']!)
        return (value, run) => {
          const first = left(value, run)
          return isFalse(first) ? right(value, run) : first
        }
      }
      case '&&': {
        const right = this.#expression(powers['&&']!)
        return (value, run) => {
          const first = left(value, run)
          return isFalse(first) ? first : right(value, run)
        }
      }
      case '==': case '!=': {
        const right = this.#expression(powers[kind]!)
        return (value, run) => isEqual(left(value, run), right(value, run), run) === (kind === '==')
      }
      case '<': case '<=': case '>': case '>=': {
        const right = this.#expression(powers[kind]!)
        const holds = comparisons[kind]!
        return (value, run) => {
          const [a, b] = [numberOf(left(value, run)), numberOf(right(value, run))]
          return a === null || b === null ? null : holds(a, b)
        }
      }
      case '[?': return this.#filter(left)
      case '[]': return projection(flatten(left), this.#projected(powers['[]']!))
      case '[': {
        const found = this.#bracket(left)
        if (found !== null) return found
        throw this.#unexpected()
      }
      default:
        this.#at--
        throw this.#unexpected()
    }
  }

  /** An index, a slice, or `[*]`; null when it is none of these. */
  #bracket (left: Evaluate): Evaluate | null {
    if (this.#kind === 'number' || this.#kind === ':') return this.#position(left)
    if (this.#kind !== '*' || this.#tokens[this.#at + 1]?.kind !== ']') return null
    this.#at += 2
    return projection(left, this.#projected(powers['*']!))
  }

  #position (left: Evaluate): Evaluate {
    const parts: (number | null)[] = [null]
    const { at } = this.#tokens[this.#at]!
    while (this.#kind !== ']') {
      if (this.#kind === ':' && parts.length < 3) {
        this.#at++
        parts.push(null)
      } else if (this.#kind === 'number' && parts.at(-1) === null) parts[parts.length - 1] = this.#take().value as number
      else throw this.#unexpected(']')
    }
    this.#at++
    const [start, stop, step = null] = parts
    if (parts.length === 1) return chain(left, index(start!))
    if (step === 0) throw new SyntaxError(`the slice at character ${at + 1} has the step 0`)
    return projection(chain(left, slice(start!, stop!, step ?? 1)), this.#projected(powers['*']!))
  }

  #filter (left: Evaluate): Evaluate {
    const condition = this.#expression(0)
    this.#expect(']')
    return projection(left, this.#kind === '[]' ? identity : this.#projected(powers['[?']!), condition)
  }

  /** What is done with each item. */
  #projected (power: number): Evaluate {
    if (this.#power < PROJECTION_END) return identity
    if (this.#kind === '[' || this.#kind === '[?') return this.#afterItem(power)
    this.#expect('.')
    return this.#member(power)
  }

  /** A bracket right behind a projection belongs to each item. */
  #afterItem (power: number): Evaluate {
    return this.#expression(power)
  }

  #member (power: number): Evaluate {
    switch (this.#kind) {
      case 'name': case 'quoted': case '*': return this.#expression(power)
      case '[': this.#at++; return this.#list()
      case '{': this.#at++; return this.#object()
      default: throw this.#unexpected()
    }
  }

  #list (): Evaluate {
    this.repeats = true
    const items: Evaluate[] = []
    do items.push(this.#expression(0)); while (this.#skip(','))
    this.#expect(']')
    return select((value, run) => {
      run.spend(items.length)
      return items.map((item) => item(value, run))
    })
  }

  #object (): Evaluate {
    this.repeats = true
    const members: [string, Evaluate][] = []
    do {
      const { value } = this.#kind === 'quoted' ? this.#take() : this.#expect('name')
      this.#expect(':')
      members.push([value as string, this.#expression(0)])
    } while (this.#skip(','))
    this.#expect('}')
    return select((value, run) => {
      run.spend(members.length)
      return Object.fromEntries(members.map(([name, member]) => [name, member(value, run)]))
    })
  }

  #call ({ value: name, at }: Token): Evaluate {
    this.#expect('(')
    const args: { isExpression: boolean, evaluate: Evaluate }[] = []
    if (this.#kind !== ')') do args.push({ isExpression: this.#skip('&'), evaluate: this.#expression(0) }); while (this.#skip(','))
    this.#expect(')')
    const definition = Object.hasOwn(functions, name as string) ? functions[name as string]! : null
    if (definition === null) {
      throw new SyntaxError(`unknown function ${name}() at character ${at + 1}: known are ${Object.keys(functions).join(', ')}`)
    }
    const { takes, isVariadic = false } = definition
    if (isVariadic ? args.length < takes.length : args.length !== takes.length) {
      throw new SyntaxError(
        `${name}() at character ${at + 1} takes ${isVariadic ? 'at least ' : ''}${takes.length} argument${takes.length === 1 ? '' : 's'}, not ${args.length}`
      )
    }
    return (value, run) => {
      run.spend(1)
      const given = args.map(({ isExpression, evaluate }) => isExpression ? evaluate : evaluate(value, run))
      checkArguments(name as string, definition, given, run)
      return definition.call(given, run)
    }
  }
}
