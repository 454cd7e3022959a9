import type { Machine, Userdata } from '../machine/values.ts'

/** What `custom_error` asked for; `text` is what scripts see of it. */
export interface CustomError {
  readonly text: string
  readonly message: string
  /** -1 = none given. */
  readonly status: number
  readonly contentType: string | null
}

/** A response to `http_response.new`. */
export interface Answer {
  readonly status: number
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

/** A request of a script to any address. */
export interface Question {
  readonly url: URL
  readonly method: string
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly body: Buffer | null
}

/** What functions of the gateway know of the script that calls them. */
export interface Host {
  /** What `ctx.load()`, `request.load()` and `response.load()` give; absent where they are not defined. */
  readonly loaded: Partial<Record<'ctx' | 'request' | 'response', Userdata>>
  customError: CustomError | null
  /** Whether the script has put objects into others, which may then be in a document more than once. */
  sharesValues?: boolean
  print (line: string): void
  fetch (question: Question): Promise<Answer>
}

export function hostOf ({ host }: Machine): Host {
  return host as Host
}
