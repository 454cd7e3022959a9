import { native } from '../library/arguments.ts'
import { fromBytes } from '../machine/texts.ts'
import { hostOf } from './host.ts'

/** `custom_error(message [, status [, content type]])`: ends the request, unless the script catches it. */
export const customError = native('custom_error', (args) => {
  const { machine, count } = args
  if (count === 0) throw machine.failure('need arguments')
  const message = args.string(1)
  const status = count > 1 ? args.integer(2) : -1
  const contentType = count > 2 ? headerText(args.string(3)) : null
  const text = [message, status, ...contentType === null ? [] : [contentType]].join(' || ')
  hostOf(machine).customError = {
    text, message: fromBytes(message), status, contentType
  }
  throw machine.failure(text)
})

/** Line breaks become blanks, as in Go's responses; other characters that a header cannot have are dropped. A character per byte. */
function headerText (value: string): string {
  return value.replace(/[\r\n]/g, ' ').replace(/[^\t\x20-\x7e\x80-\xff]/g, '').trim()
}
