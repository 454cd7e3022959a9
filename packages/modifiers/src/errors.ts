import { Fault } from '@floodgate/core'

/** A modifier of `modifier/martian` cannot change a request or a response: code of faults. */
export const FG_ERR_MODIFIERS_MARTIAN = 'FG_ERR_MODIFIERS_MARTIAN'

/** As on the reference, this counts as a failure of the backend. */
export function martianFault (message: string, cause?: unknown): Fault {
  return new Fault('backend', FG_ERR_MODIFIERS_MARTIAN, message, { detail: `modifier/martian: ${message}`, ...(cause !== undefined && { cause }) })
}
