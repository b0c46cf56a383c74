// Says what happens to each test as it happens: one line of JSON after a mark.
import { relative, sep } from 'node:path'

const say = (event) => process.stdout.write(`\n@mutations ${JSON.stringify(event)}\n`)
const described = (errors) =>
  (errors ?? []).map(({ name, message, cause }) => ({
    name,
    message: String(message).slice(0, 2000),
    cause: cause && `${cause.name}: ${String(cause.message).slice(0, 500)}`,
  }))

export default class {
  onInit(vitest) {
    this.path = (module) => relative(vitest.config.root, module.moduleId).split(sep).join('/')
  }
  onTestCaseResult(test) {
    const { state, errors } = test.result()
    if (state === 'failed') say({ type: 'test failed', file: this.path(test.module), test: test.fullName, errors: described(errors) })
  }
  onTestModuleEnd(module) {
    const failed = [...module.errors()]
    if (failed.length > 0) say({ type: 'file failed', file: this.path(module), errors: described(failed) })
    say({
      type: 'file done',
      file: this.path(module),
      seconds: module.diagnostic().duration / 1000 + module.diagnostic().collectDuration / 1000,
    })
  }
  onTestRunEnd(_, unhandled) {
    say({ type: 'end', errors: described(unhandled) })
  }
}
