import { testSuites } from './test-suites.ts'

// Not recorded: what `floodgate` in `backend/http/client` asks for, which the reference does not have.
testSuites('own-client')
