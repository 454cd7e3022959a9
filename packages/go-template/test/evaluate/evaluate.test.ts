import t from 'tap'
import { createTemplates } from '@floodgate/go-template'

t.test('execute: renders 2,000 endpoints from a range', (t) => {
  const set = createTemplates({ loader: { partial: () => '"qos/circuit-breaker": {"interval": 60}' } })
  set.parse('endpoint.tmpl', `{"endpoint": "{{ .path }}", "method": "{{ .method | default "GET" }}", "timeout": {{ .timeout | quote }},
 "backend": [{{ range $j, $b := .backends }}{{ if $j }},{{ end }}
  {"host": [{{ range $k, $h := $b.hosts }}{{ if $k }},{{ end }}"{{ $h }}"{{ end }}], "url_pattern": "{{ $b.url }}",
   "extra_config": { {{ include "breaker" }} }, "group": "{{ printf "%s-%02d" (upper $b.group) $j }}"}{{ end }}],
 "extra_config": {"qos/ratelimit/router": {"max_rate": {{ int .rate }}}{{ if eq .auth.kind "jwt" }}, "auth/validator": {{ toJson .auth }}{{ end }} }}`)
  set.parse('main', '{"endpoints":[{{ range $i, $e := .endpoints }}{{ if $i }},{{ end }}\n{{ template "endpoint.tmpl" $e }}{{ end }}]}')
  const endpoints = Array.from({ length: 2000 }, (_, i) => ({
    path: `/v1/resource/${i}/{id}`,
    timeout: '3s',
    rate: i * 1000,
    auth: { kind: i % 2 === 0 ? 'jwt' : 'none', alg: 'RS256' },
    backends: [0, 1].map((j) => ({ hosts: ['http://a:8080', 'http://b:8080'], url: `/x/${i}/${j}`, group: 'g' }))
  }))
  const start = performance.now()
  const text = set.execute('main', { endpoints })
  t.comment(`${Math.round(performance.now() - start)} ms`)
  const rendered = JSON.parse(text) as { endpoints: { extra_config: Record<string, { max_rate: number }> }[] }
  t.equal(rendered.endpoints.length, 2000)
  t.equal(rendered.endpoints[1999]!.extra_config['qos/ratelimit/router']!.max_rate, 1_999_000)
  t.end()
})
