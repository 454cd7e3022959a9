import t from 'tap'
import { DecodedResponse, hasData, isDocument, JsonText, literalOf, peekData, type StepResponse } from '@floodgate/core'

const read = (json: string) => new JsonText(Buffer.from(json), JSON.parse(json))

t.test('DecodedResponse: is its text until somebody takes the data', async (t) => {
  const response = new DecodedResponse(read('{ "a": 1.0 }'))
  t.ok(hasData(response))
  t.equal(literalOf(peekData(response)!.a), '1.0')
  t.equal(response.text?.bytes.toString(), '{ "a": 1.0 }', 'looking leaves the text')
  response.data!.b = 2
  t.equal(response.text, null)
  t.same(Object.keys(response.data!), ['a', 'b'])
})

t.test('DecodedResponse: new data replaces the text', async (t) => {
  const response = new DecodedResponse(read('{"a":1}'))
  response.data = { b: 2 }
  t.equal(response.text, null)
  t.same(response.data, { b: 2 })
})

t.test('DecodedResponse: a spread copy has the data', async (t) => {
  const copy: StepResponse = { ...new DecodedResponse(read('{"a":1}')), complete: false }
  t.same(copy.data, { a: 1 })
  t.equal(copy.complete, false)
})

t.test('hasData: an empty or missing document has none', async (t) => {
  t.notOk(hasData(new DecodedResponse(read('{ }'))))
  t.notOk(hasData(new DecodedResponse(null)))
  t.ok(hasData(new DecodedResponse({ a: null })))
  t.notOk(hasData({ status: 200, headers: {}, body: null, data: null, complete: true, fault: null }))
  t.notOk(hasData({ status: 200, headers: {}, body: null, data: {}, complete: true, fault: null }))
  t.same(peekData({ status: 200, headers: {}, body: null, data: { a: 1 }, complete: true, fault: null }), { a: 1 })
})

t.test('isDocument: a document that is not null, whose text stays', async (t) => {
  const response = new DecodedResponse(read('{ "a" : 1 }'))
  t.ok(isDocument(response))
  t.not(response.text, null)
  t.ok(isDocument(new DecodedResponse({})))
  t.notOk(isDocument(new DecodedResponse(null)))
  const raw = { status: 200, headers: {}, body: null, data: null, complete: true, fault: null }
  t.notOk(isDocument(raw))
  t.ok(isDocument({ ...raw, data: {} }))
})
