import { readJson, type JsonMaker } from './read-json.ts'

const nothing: JsonMaker<null> = { object: () => null, list: () => null }

/**
 * Returns what json.Decoder says about a text that is not a JSON document: `unexpected EOF` if it is incomplete, `EOF` if it
 * never begins. Null if the text is JSON.
 */
export function jsonProblem (text: string): string | null {
  const { problem } = readJson(text, nothing)
  if (problem === null || problem.startsWith('json: cannot unmarshal number')) return null
  // A problem that depends on the character after the end is about the end.
  const atEnd = readJson(`${text}\u0001`, nothing).problem !== readJson(`${text}\u0002`, nothing).problem
  if (atEnd) return text.trim() === '' ? 'EOF' : 'unexpected EOF'
  return problem
}
