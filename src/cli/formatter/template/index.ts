export { compileTemplate, type CompiledTemplate } from './execute.ts';
export { DOCKER_FUNCTIONS, HEADER_FUNCTIONS } from './functions.ts';
export { marshal, marshalString } from './json.ts';
export { Dict, Pointer, Slice, Struct, fromJson, type Method, type Value } from './value.ts';
