import { disturbPart } from './support/part.ts'

disturbPart('rollbacks')
