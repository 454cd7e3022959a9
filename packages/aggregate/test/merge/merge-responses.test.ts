import t from 'tap'
import { DecodedResponse } from '@floodgate/core'
import { mergeResponses } from '../../src/merge/merge-responses.ts'

t.test('mergeResponses: parts without a document give each answer an empty one of its own', async (t) => {
  const merge = () => mergeResponses([new DecodedResponse(null), new DecodedResponse(null)], [])
  merge().data!.leak = 1
  t.same(merge().data, {})
})
