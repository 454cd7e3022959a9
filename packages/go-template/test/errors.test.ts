import t from 'tap'
import { createTemplates, TemplateError, type TemplatesOptions } from '@floodgate/go-template'

function run (text: string, data: unknown = {}, options: TemplatesOptions = {}): string {
  const set = createTemplates(options)
  set.parse('main', text)
  return set.execute('main', data)
}

function failure (text: string, data: unknown = {}, options: TemplatesOptions = {}): TemplateError {
  try {
    run(text, data, options)
  } catch (error) {
    if (error instanceof TemplateError) return error
    throw error
  }
  throw new Error(`no error from ${text}`)
}

t.test('TemplateError: carries the place, an excerpt and Go\'s message', (t) => {
  const error = failure('line one\n  {{ .port.x }} tail', { port: 1 })
  t.match(error, { name: 'TemplateError', code: 'FG_ERR_GO_TEMPLATE_EXECUTE', file: 'main', line: 2, column: 11 })
  t.equal(error.message, 'template: main:2:10: executing "main" at <.port.x>: can\'t evaluate field x in type interface {}')
  t.equal(error.excerpt, '2 |   {{ .port.x }} tail\n  |           ^')
  const parsing = failure('a\nb {{ if }}')
  t.match(parsing, { code: 'FG_ERR_GO_TEMPLATE_PARSE', line: 2, message: 'template: main:2: missing value for if' })
  t.match(failure('{{ fail "stop" }}'), { code: 'FG_ERR_GO_TEMPLATE_CALL', message: /error calling fail: stop$/ })
  const far = failure('x'.repeat(500) + '{{ .a.b }}' + 'y'.repeat(500), { a: 1 })
  t.ok(far.excerpt.split('\n').every((line) => line.length < 120), 'a long line is cut')
  t.match(far.excerpt, /\{\{ \.a\.b \}\}/)
  t.end()
})
