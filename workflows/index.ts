/** The workflow types that a worker registers; the function's name is the type's name. */
export { erasure } from './erasure.ts';
export { session } from './session.ts';
