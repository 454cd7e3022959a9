// Imported before each file of tests, with its name: the tests that are added from here on are that file's.
import { nameFile } from './tell-progress.mjs'

nameFile(new URL(import.meta.url).searchParams.get('file'))
