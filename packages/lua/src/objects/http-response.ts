import { native, type Arguments } from '../library/arguments.ts'
import { fromBytes, textOf, toBytes } from '../machine/texts.ts'
import { LuaTable } from '../machine/values.ts'
import { createClass, type ObjectClass } from './classes.ts'
import { hostOf, type Answer, type Question } from './host.ts'
import { headerList, headers, type HeaderPlace } from './headers.ts'
import { need } from './json-classes.ts'
import type { Wrap } from './json-values.ts'

/** Methods that the reference's client sends: any token of HTTP. */
const METHOD = /^[!#$%&'*+.^_`|~\w-]+$/

class ScriptAnswer implements HeaderPlace {
  readonly answer: Answer

  constructor (answer: Answer) {
    this.answer = answer
  }

  all (): Record<string, string | string[]> {
    return Object.fromEntries(Object.entries(this.answer.headers).flatMap(([name, value]) => value === undefined ? [] : [[name, value]]))
  }

  set (): void {}
  remove (): void {}
}

/** `http_response`: a request of the script's own, for whose response it waits. */
export function createHttpResponse (wrap: Wrap): ObjectClass {
  const created = createClass([native('new', async (args) => {
    if (args.count === 0 || args.count === 2) throw args.machine.failure('need 1, 3 or 4 arguments')
    const { machine } = args
    // Positions are lost while it waits.
    const { prefix, where } = machine.locate()
    const question = questionOf(args)
    let answer
    try {
      answer = await hostOf(machine).fetch(question)
    } catch (error) {
      throw machine.failureAt({ prefix, where }, `${question.method} ${showAddress(question.url)}: ${(error as Error).message}`)
    }
    machine.budget.takeString(answer.body.length)
    return created.create(new ScriptAnswer(answer))
  })], [
    native('statusCode', (args) => answerOf(args).answer.status),
    native('headers', (args) => {
      need(args, 2)
      return headers(args, answerOf(args), wrap)
    }),
    native('headerList', (args) => {
      need(args, 2)
      return headerList(args, answerOf(args), wrap)
    }),
    native('body', (args) => answerOf(args).answer.body.toString('latin1')),
    native('close', (args) => {
      answerOf(args)
      return []
    })
  ])
  return created
}

function answerOf (args: Arguments): ScriptAnswer {
  const { value } = args.userdata(1)
  if (!(value instanceof ScriptAnswer)) throw args.machine.failure('response expected')
  return value
}

function questionOf (args: Arguments): Question {
  const { machine } = args
  const address = fromBytes(args.string(1))
  if (!URL.canParse(address)) throw machine.failure(`unsupported protocol scheme "": ${JSON.stringify(address)} is not an address`)
  const url = new URL(address)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw machine.failure(`unsupported protocol scheme ${JSON.stringify(url.protocol.slice(0, -1))}`)
  }
  if (args.count === 1) return { url, method: 'GET', headers: {}, body: null }
  const method = args.string(2) || 'GET'
  if (!METHOD.test(method)) throw machine.failure(`net/http: invalid method ${JSON.stringify(method)}`)
  const body = Buffer.from(args.string(3), 'latin1')
  return { url, method, headers: args.count > 3 ? headersOf(args) : {}, body: body.length === 0 ? null : body }
}

/** A table of texts, or of lists of texts. */
function headersOf (args: Arguments): Record<string, string | string[]> {
  const given = args.any(4)
  const found: Record<string, string | string[]> = Object.create(null)
  if (!(given instanceof LuaTable)) return found
  const add = (name: string, value: string): void => {
    const key = name.toLowerCase()
    const before = found[key]
    found[key] = before === undefined ? value : [before, value].flat()
  }
  given.forEach((key, value) => {
    if (typeof value === 'string') add(textOf(key), value)
    else if (value instanceof LuaTable) value.forEach((_key, value) => { add(textOf(key), textOf(value)) })
  })
  return found
}

/** Without what may be secret. */
function showAddress ({ origin, pathname }: URL): string {
  return toBytes(origin + pathname)
}
