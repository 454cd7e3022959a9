import { Fault } from '@floodgate/core'

/** A modifier of `modifier/martian` that cannot change a request or an answer: code of faults. */
export const FG_ERR_MODIFIERS_MARTIAN = 'FG_ERR_MODIFIERS_MARTIAN'

/** As on the reference the backend has failed. */
export function martianFault (message: string, cause?: unknown): Fault {
  return new Fault('backend', FG_ERR_MODIFIERS_MARTIAN, message, { detail: `modifier/martian: ${message}`, ...(cause !== undefined && { cause }) })
}
