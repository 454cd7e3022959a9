import t from 'tap'
import { createTemplates } from '@floodgate/go-template'

function bare (text: string): string[] {
  const set = createTemplates()
  set.parse('main', text)
  return set.bareActions('main', (field) => field.startsWith('req_')).map(({ line, column, text }) => `${line}:${column} ${text}`)
}

t.test('bareActions: fields outside of quotes and of functions that write JSON', (t) => {
  t.same(bare('{\n  "a": {{ .req_body.a }},\n  "b": {{ .req_body.b | default "x" }} }'), ['2:11 {{ .req_body.a }}', '3:11 {{ .req_body.b | default "x" }}'])
  for (const action of ['index .req_params "Id"', '$.req_path', '(index .req_headers "A")', 'printf "%s" .req_path', 'upper (trim .req_path)']) t.match(bare(`{"a":{{ ${action} }}}`), { length: 1 }, action)
  for (const action of ['toJson .req_body', '.req_body | toJson', 'quote .req_path', 'len .req_path', '.variables.x', 'default "a" .other', '$x := .req_path', 'toJson (index .req_params "Id")', 'int .req_body.n']) t.same(bare(`{"a":{{ ${action} }}}`), [], action)
  t.end()
})

t.test('bareActions: what stands between quotes, in branches and after escaped quotes', (t) => {
  t.same(bare('{"a":"{{ .req_path }}","b\\"":"\\"{{ .req_path }}"}'), [])
  t.match(bare('{"a\\"":{{ .req_path }}}'), { length: 1 })
  t.same(bare('{{ if .req_body }}{"a":{{ .req_path }}}{{ else }}{{ .req_method }}{{ end }}'), ['1:27 {{ .req_path }}', '1:53 {{ .req_method }}'])
  t.same(bare('[{{ range .req_body }}{{ toJson . }}{{ end }}]'), [])
  t.same(createTemplates().bareActions('none', () => true), [])
  t.end()
})
