import type { Fields } from '../fields.ts'
import type { Modifier } from '../modifier.ts'

/** `status.Modifier`: sets the status of the response, before it is checked. */
export function statusModifier (fields: Fields): Modifier {
  const status = fields.number('statusCode') ?? 0
  if (status < 100 || status > 999) fields.problem('statusCode', 'must be a status code from 100 to 999')
  return { request: null, response: (response) => { response.status = status } }
}
