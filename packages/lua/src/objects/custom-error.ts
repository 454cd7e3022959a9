import { native } from '../library/arguments.ts'
import { fromBytes } from '../machine/texts.ts'
import { hostOf } from './host.ts'

/** `custom_error(message [, status [, content type]])`: ends the request, unless the script catches it. */
export const customError = native('custom_error', (args) => {
  const { machine, count } = args
  if (count === 0) throw machine.failure('need arguments')
  const message = args.string(1)
  const status = count > 1 ? args.integer(2) : -1
  const contentType = count > 2 ? args.string(3) : null
  const text = [message, status, ...contentType === null ? [] : [contentType]].join(' || ')
  hostOf(machine).customError = {
    text, message: fromBytes(message), status, contentType: contentType === null ? null : fromBytes(contentType)
  }
  throw machine.failure(text)
})
