import { runAction } from '@ecs-pipeline/action-kit'
import { main, refuse } from './action.ts'
import { after } from './after.ts'

await runAction(main, { refuse, after })
