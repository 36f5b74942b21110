/** Starts one container, prints its process id, and waits to be killed. */
import { createProcessDriver } from '../../src/tasks/process-driver.ts'
import { nodeImage } from './make-image.ts'

const container = await createProcessDriver().start({
  taskId: 'task',
  name: 'app',
  image: await nodeImage('setInterval(() => {}, 1000)'),
  environment: {},
  ports: [],
  onOutput: () => undefined,
})
console.log(container.runtimeId)
setInterval(() => undefined, 1000)
