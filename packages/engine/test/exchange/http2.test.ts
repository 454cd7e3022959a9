import { testHttp2 } from '../../../../test/pass-through/http2.ts'
import { subject } from '../support/start-gateway.ts'

testHttp2(subject)
