import type { GeneratorSettings } from './settings.ts'

/** `req_body` by its name, or the whole of the data: a dot or a dollar alone. */
const MAY_READ_BODY = /req_body|[{(\s|=,](?:\.|\$)[\s})|]/

/** Whether a template may look at the body of a request. */
export function mayReadBody (text: string): boolean {
  return MAY_READ_BODY.test(text)
}

/** The same for settings, without reading a file: its template is assumed to. */
export function mayHoldBodies ({ path, template }: GeneratorSettings): boolean {
  return path !== undefined || template === undefined || mayReadBody(Buffer.from(template, 'base64').toString())
}
