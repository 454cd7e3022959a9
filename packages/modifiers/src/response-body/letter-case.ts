const ASCII = /^[\0-\x7f]*$/

/** Changes a text to upper case as Go's `strings.ToUpper`: character by character, and `ß` stays. */
export function upperCase (text: string): string {
  return ASCII.test(text) ? text.toUpperCase() : Array.from(text, (character) => single(character.toUpperCase(), character)).join('')
}

/** Changes a text to lower case as Go's `strings.ToLower`: a sigma at the end of a word is like any other. */
export function lowerCase (text: string): string {
  if (ASCII.test(text)) return text.toLowerCase()
  return Array.from(text, (character) => character === 'İ' ? 'i' : single(character.toLowerCase(), character)).join('')
}

/** Go knows changes of one character into one other only. */
function single (changed: string, character: string): string {
  return [...changed].length === 1 ? changed : character
}
