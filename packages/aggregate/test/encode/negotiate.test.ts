import t from 'tap'
import { DecodedResponse, JsonText, type StepResponse } from '@floodgate/core'
import { createRender } from '@floodgate/aggregate'
import { negotiate } from '../../src/encode/negotiate.ts'
import { createRequest } from '../support/requests.ts'

const JSON_TYPE = 'application/json; charset=utf-8'

function rendered (encoding: string, response: StepResponse, accept?: string): [type: unknown, body: string] {
  const body = createRender(encoding)(response, createRequest({ headers: accept === undefined ? {} : { accept } }))
  return [response.headers['content-type'], body!.toString()]
}
const text = (json: string) => new DecodedResponse(new JsonText(Buffer.from(json), JSON.parse(json)))

t.test('negotiate: takes the first type accepted that is on offer', async (t) => {
  const cases: [string | undefined, string][] = [
    [undefined, 'json'], ['', 'json'], ['*/*', 'json'], ['application/*', 'json'], ['application/json', 'json'], ['image/png', 'json'], ['text/html,image/*', 'json'],
    ['application/xml', 'xml'], ['application/x-yaml', 'yaml'], ['text/plain', 'yaml'], ['text/*', 'yaml'],
    ['image/png, application/json;q=0.5, text/plain', 'json'], ['text/html, application/xml;q=0.1, */*', 'xml'], [' , text/plain', 'yaml']
  ]
  for (const [accept, encoding] of cases) t.equal(negotiate(accept), encoding, accept ?? 'no header')
  t.same(rendered('negotiate', text('{"a":1}'), 'application/xml'), ['application/xml', '<a>1</a>'])
  t.same(rendered('negotiate', text('{"a":1}'), 'text/plain'), ['application/yaml; charset=utf-8', 'a: "1"\n'])
  t.same(rendered('negotiate', text('{"a": 1}')), [JSON_TYPE, '{"a": 1}'])
})
