import t, { type Test } from 'tap'
import { readdirSync, readFileSync } from 'node:fs'
import { createTemplates, TemplateError } from '@floodgate/go-template'
import { functionTables } from '../src/functions/table.ts'

interface Recorded {
  template: string
  data: number
  templates?: Record<string, string>
  partials?: Record<string, string>
  env?: Record<string, string>
  output?: string
  error?: { kind: 'parse' | 'execute', file: string, line: number, column?: number, message: string }
}

const folder = new URL('recorded/', import.meta.url)
const suites = readdirSync(folder).filter((name) => name.endsWith('.json'))
const all: Recorded[] = []

/**
 * Where Go repeats values in a message, this package names their types: they may be secrets. What is compared then is
 * the message up to that.
 */
const REWORDED = [
  "range can't iterate over", 'non-comparable type', 'unable to parse url', 'unable to parse userinfo in dict', 'calling call: non-function'
]

/** Go takes two groups of one name; RE2 in JavaScript refuses them, as RE2 itself does. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ['{{mustRegexMatch "(?P<n>a)(?P<n>b)" "x"}}', 'duplicate capture group name: `n`'],
  // eslint-disable-next-line no-template-curly-in-string -- a group of Go's
  ['{{regexReplaceAll "(?P<n>a)|(?P<n>b)" "ab" "[${n}]"}}', 'duplicate capture group name: `n`']
])

for (const name of suites) {
  const { datas, cases } = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as { datas: unknown[], cases: Recorded[] }
  all.push(...cases)

  t.test(`${name}: ${cases.length} cases render or fail as in Go`, (t) => {
    for (const one of cases) {
      const actual = render(one, datas[one.data])
      const refusal = REFUSED.get(one.template)
      if (refusal !== undefined) t.match(actual, { code: 'FG_ERR_GO_TEMPLATE_CALL', message: refusal }, one.template)
      else if (one.error === undefined) {
        t.equal(actual, one.output, one.template)
      } else if (!(actual instanceof TemplateError)) {
        t.fail(`no error for ${one.template}`, { wanted: one.error.message, actual })
      } else {
        compareErrors(t, actual, one)
      }
    }
    t.end()
  })
}

t.test('recorded cases: enough of them, errors included, every function among them', (t) => {
  t.ok(all.length >= 400, `${all.length} cases`)
  t.ok(all.filter(({ error }) => error?.kind === 'parse').length >= 100)
  t.ok(all.filter(({ error }) => error?.kind === 'execute').length >= 100)
  const text = all.map(({ template }) => template).join('\n')
  const words = new Set(text.match(/\w+/g))
  for (const [topic, table] of Object.entries(functionTables)) {
    t.same(Object.keys(table).filter((name) => !words.has(name)), [], `functions of ${topic}`)
  }
  t.end()
})

function render (one: Recorded, data: unknown): string | TemplateError {
  const set = createTemplates({
    env: one.env ?? {},
    now: () => Date.UTC(2009, 10, 10, 23),
    timeZone: 'UTC',
    loader: { partial: (name) => one.partials?.[name] },
    // A busy machine is no reason to fail.
    limits: { milliseconds: 60_000 }
  })
  try {
    for (const name of Object.keys(one.templates ?? {}).sort()) set.parse(name, one.templates![name]!)
    set.parse('main', one.template)
    return set.execute('main', data)
  } catch (error) {
    if (error instanceof TemplateError) return error
    throw error
  }
}

function compareErrors (t: Test, actual: TemplateError, { template, error }: Recorded): void {
  const { kind, file, line, message } = error!
  const reworded = REWORDED.find((words) => message.includes(words))
  const compared = (text: string) => reworded === undefined ? text : text.slice(0, text.indexOf(reworded) + reworded.length)
  const isParse = actual.code === 'FG_ERR_GO_TEMPLATE_PARSE' || actual.code === 'FG_ERR_GO_TEMPLATE_FUNCTION'
  t.same(
    { message: compared(actual.message), kind: isParse ? 'parse' : 'execute', file: actual.file, line: actual.line },
    { message: compared(message), kind, file, line },
    template
  )
}
