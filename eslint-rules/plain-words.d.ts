/** A phrase to avoid, with the plain words to write instead. */
export interface Phrase {
  readonly not: RegExp
  readonly but: string
  readonly except?: RegExp
  readonly inSources?: boolean
}

export const phrases: readonly Phrase[]
export function findPhrase (text: string, isSource?: boolean): { readonly index: number, readonly text: string, readonly but: string } | null
declare const plugin: { readonly rules: Readonly<Record<string, unknown>> }
export default plugin
