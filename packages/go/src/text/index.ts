export {
  byteLength, compareText, decode, encode, fromBinary, isAscii, rejoin, runeCount, sliceBytes, toBinary, toUnicode,
  wellFormed
} from './go-string.ts'
export { writeValue } from './write-value.ts'
