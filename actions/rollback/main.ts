import { runAction } from '@ecs-pipeline/action-kit'
import { main, refuse } from './action.ts'

await runAction(main, { refuse })
