import { DecodedResponse } from './decoded-response.ts'

/**
 * The answer of a backend that was not called because its condition is false (`backend/conditional`): nothing is missing
 * without it. A merge leaves it out; alone it is an empty document.
 */
export class SkippedResponse extends DecodedResponse {
  constructor () {
    super({})
  }
}
