import { disturbTwoAtOnce } from './support/part.ts'

disturbTwoAtOnce()
