import { FakeRuntime } from '../support/fake-runtime.ts';
import { describeRuntime } from './runtime.ts';

describeRuntime('the fake', async () => ({ runtime: new FakeRuntime(), lowers: [] }));
