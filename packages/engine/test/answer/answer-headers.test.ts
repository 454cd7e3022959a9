import { testAnswerHeaders } from '../../../../test/pass-through/answer-headers.ts'
import { subject } from '../support/start-gateway.ts'

testAnswerHeaders(subject)
