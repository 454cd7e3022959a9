/** The fields of an error in the log. */
export interface SerializedError {
  type: string
  message: string
  code?: string
  kind?: string
  /** The Fault's text for the log. */
  detail?: string
  /** Messages of the causes, nearest first. */
  cause?: string
  /** Only for errors without a code: those are programming errors. */
  stack?: string
}

const depth = 5

/**
 * Copies from an error only what a log needs: libraries attach sockets, headers and bodies to their errors.
 * Serializer for pino's `err`.
 */
export function serializeError (error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const { code, kind, detail } = error as { code?: unknown, kind?: unknown, detail?: unknown }
  const message = messageOf(error)
  const cause = causesOf(error)
  return {
    type: error.constructor.name,
    message,
    ...(typeof code === 'string' || typeof code === 'number' ? { code: String(code) } : { stack: error.stack }),
    ...(typeof kind === 'string' && { kind }),
    ...(typeof detail === 'string' && detail !== message && { detail }),
    ...(cause !== '' && { cause })
  } satisfies Partial<Record<keyof SerializedError, string | undefined>>
}

function causesOf (error: Error): string {
  const messages: string[] = []
  let cause = error.cause
  while (cause instanceof Error && messages.length < depth) {
    const { code } = cause as { code?: unknown }
    const message = messageOf(cause)
    messages.push(typeof code === 'string' && !message.includes(code) ? `${message} (${code})` : message)
    cause = cause.cause
  }
  return messages.join(': ')
}

/** An AggregateError of a dial with several addresses has no message. */
function messageOf (error: Error): string {
  if (error.message !== '' || !(error instanceof AggregateError)) return error.message
  return error.errors.map((each: unknown) => each instanceof Error ? each.message : String(each)).join('; ')
}
